package io.firn.broker.plugin;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a plugin left inside the JVM, where no interface shows it: shutdown hooks and thread locals. Needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}, which {@code bin/firn} gives; without it, or when a later JDK looks
 * different inside, nothing is found here, and what keeps a loader alive is still told a minute later, without its name.
 */
final class JvmLeftovers {

    private static final Logger LOG = LoggerFactory.getLogger(JvmLeftovers.class);

    private JvmLeftovers() {}

    /** Hooks whose thread is the plugin's; they are removed, because they would run code of a closed jar. Any thread. */
    static List<String> shutdownHooks(ClassLoader loader) {
        List<String> found = new ArrayList<>();
        try {
            for (Thread hook : hooks()) {
                if (isOf(loader, hook)) {
                    boolean removed = Runtime.getRuntime().removeShutdownHook(hook);
                    found.add("shutdown hook " + hook.getName() + (removed ? " (removed)" : ""));
                }
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException | IllegalStateException e) {
            LOG.debug("shutdown hooks can not be looked at", e);
        }
        return found;
    }

    private static List<Thread> hooks() throws ReflectiveOperationException {
        Class<?> holder = Class.forName("java.lang.ApplicationShutdownHooks");
        Field field = holder.getDeclaredField("hooks");
        field.setAccessible(true);
        List<Thread> all = new ArrayList<>();
        synchronized (holder) {
            // null once the JVM shuts down
            if (field.get(null) instanceof Map<?, ?> hooks) {
                hooks.keySet().forEach(hook -> all.add((Thread) hook));
            }
        }
        return all;
    }

    private static boolean isOf(ClassLoader loader, Thread thread) {
        return loader.equals(thread.getContextClassLoader())
                || loader.equals(thread.getClass().getClassLoader());
    }

    /** Values of the plugin's classes on threads that are not the plugin's. Any thread. */
    static List<String> threadLocals(ClassLoader loader) {
        List<String> found = new ArrayList<>();
        try {
            Locals locals = Locals.open();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (!isOf(loader, thread)) {
                    locals.find(loader, thread, found);
                }
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            LOG.debug("thread locals can not be looked at", e);
        }
        return found;
    }

    /** How the JDK keeps thread locals. Read while their threads run: what changes meanwhile may be missed. */
    private record Locals(List<Field> maps, Field table, Field value) {

        static Locals open() throws ReflectiveOperationException {
            Field own = Thread.class.getDeclaredField("threadLocals");
            Field inherited = Thread.class.getDeclaredField("inheritableThreadLocals");
            Field table = own.getType().getDeclaredField("table");
            Field value = table.getType().getComponentType().getDeclaredField("value");
            for (Field field : List.of(own, inherited, table, value)) {
                field.setAccessible(true);
            }
            return new Locals(List.of(own, inherited), table, value);
        }

        void find(ClassLoader loader, Thread thread, List<String> found) throws ReflectiveOperationException {
            for (Field map : maps) {
                Object locals = map.get(thread);
                Object entries = locals == null ? null : table.get(locals);
                for (int i = 0; entries != null && i < Array.getLength(entries); i++) {
                    Object entry = Array.get(entries, i);
                    String name = entry instanceof Reference<?> key ? owned(loader, key.get(), value.get(entry)) : null;
                    if (name != null) {
                        found.add("thread local " + name + " of thread " + thread.getName());
                    }
                }
            }
        }

        private static @Nullable String owned(ClassLoader loader, @Nullable Object key, @Nullable Object value) {
            if (value != null && loader.equals(value.getClass().getClassLoader())) {
                return value.getClass().getName();
            }
            return key != null && loader.equals(key.getClass().getClassLoader())
                    ? key.getClass().getName()
                    : null;
        }
    }
}
