package io.firn.broker.plugin.jar;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types of the running SPI and what can be called on each, own and inherited, as the JVM resolves them (JVMS 5.4.3).
 * One thread.
 */
final class SpiMembers {

    private final ClassLoader host;
    private final Map<String, Set<String>> known = new HashMap<>();

    SpiMembers(ClassLoader host) {
        this.host = host;
    }

    /** Whether there is such a public type; {@code internal} with slashes. */
    boolean hasType(String internal) {
        Class<?> type = find(internal);
        return type != null && (type.getModifiers() & Modifier.PUBLIC) != 0;
    }

    boolean hasMember(String owner, String name, String descriptor) {
        Class<?> type = find(owner);
        return type != null
                && known.computeIfAbsent(owner, key -> membersOf(type)).contains(name + descriptor);
    }

    private @Nullable Class<?> find(String internal) {
        try {
            return Class.forName(internal.replace('/', '.'), false, host);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    private static Set<String> membersOf(Class<?> owner) {
        Set<String> members = new HashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>();
        open.add(owner);
        open.add(Object.class);
        for (Constructor<?> constructor : owner.getDeclaredConstructors()) {
            if (visible(constructor.getModifiers())) {
                members.add("<init>" + descriptor(void.class, constructor.getParameterTypes()));
            }
        }
        while (!open.isEmpty()) {
            Class<?> type = open.pop();
            for (Method method : type.getDeclaredMethods()) {
                if (visible(method.getModifiers())) {
                    members.add(method.getName() + descriptor(method.getReturnType(), method.getParameterTypes()));
                }
            }
            for (Field field : type.getDeclaredFields()) {
                if (visible(field.getModifiers())) {
                    members.add(field.getName() + field.getType().descriptorString());
                }
            }
            if (type.getSuperclass() != null) {
                open.add(type.getSuperclass());
            }
            open.addAll(Set.of(type.getInterfaces()));
        }
        return members;
    }

    private static boolean visible(int modifiers) {
        return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static String descriptor(Class<?> result, Class<?>[] parameters) {
        StringBuilder text = new StringBuilder("(");
        for (Class<?> parameter : parameters) {
            text.append(parameter.descriptorString());
        }
        return text.append(')').append(result.descriptorString()).toString();
    }

    /** {@code io.firn.spi.PutMessage.foo(int)}; a field without the parentheses. */
    static String describe(String owner, String name, String descriptor) {
        String type = owner.replace('/', '.');
        if (!descriptor.startsWith("(")) {
            return type + "." + name;
        }
        String parameters = MethodTypeDesc.ofDescriptor(descriptor).parameterList().stream()
                .map(ClassDesc::displayName)
                .collect(Collectors.joining(", ", "(", ")"));
        return (name.equals("<init>") ? "new " + type : type + "." + name) + parameters;
    }
}
