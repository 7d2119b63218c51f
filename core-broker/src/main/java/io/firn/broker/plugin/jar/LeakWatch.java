package io.firn.broker.plugin.jar;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandles;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;

/**
 * Tells whether a closed class loader was freed. Loaders are freed only by collections that unload classes, so each has
 * a canary: a class of nobody, dropped at the same moment. Canary gone and loader still there means that somebody holds
 * on to it. Owner: the thread of the host.
 */
public final class LeakWatch {

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final Reference<?> loader;
    private final Reference<?> canary;

    private LeakWatch(PluginClassLoader loader) {
        this.loader = new PhantomReference<>(loader, queue);
        this.canary = new PhantomReference<>(freshClass(), queue);
    }

    /** What is known of a loader. */
    public enum State {
        /** No collection has looked since. */
        UNKNOWN,
        FREED,
        /** A collection has passed that would have freed it. */
        HELD
    }

    /** Begins to watch; the caller lets go of the loader right after. */
    public static LeakWatch on(PluginClassLoader loader) {
        return new LeakWatch(loader);
    }

    /** What is known now. Does not block. */
    public State state() {
        if (loader.refersTo(null)) {
            return State.FREED;
        }
        return canary.refersTo(null) ? State.HELD : State.UNKNOWN;
    }

    private static Object freshClass() {
        try {
            MethodHandles.Lookup here = MethodHandles.lookup();
            byte[] bytes = ClassFile.of()
                    .build(ClassDesc.of(here.lookupClass().getPackageName(), "Canary"), builder -> {
                        // a class with nothing in it
                    });
            return here.defineHiddenClass(bytes, false).lookupClass();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a package can define classes in itself", e);
        }
    }
}
