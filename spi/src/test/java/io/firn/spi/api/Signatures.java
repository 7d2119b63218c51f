package io.firn.spi.api;

import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Public signatures as text, one a line, sorted. A line is {@code what | how}: {@code what} names a type or a member, so
 * that it stays the same as long as callers compile and link; {@code how} says what may be done with it.
 *
 * <pre>
 *   io.firn.spi.put.PutMessageHook | interface plugin
 *   io.firn.spi.put.PutMessageHook#beforePut(io.firn.spi.put.PutMessage) io.firn.spi.put.Verdict | abstract
 *   io.firn.spi.put.Verdict#ACCEPT io.firn.spi.put.Verdict | static
 * </pre>
 *
 * A question mark behind a result says that it may be null.
 */
final class Signatures {

    private Signatures() {}

    /** All public types below a directory of class files. */
    static List<String> of(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            List<Class<?>> types = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString();
                if (!name.endsWith("package-info.class")) {
                    types.add(load(name.substring(0, name.length() - ".class".length())
                            .replace(file.getFileSystem().getSeparator(), ".")));
                }
            }
            return of(types);
        }
    }

    /** These types, those that are public. */
    static List<String> of(Collection<Class<?>> types) {
        TreeSet<String> lines = new TreeSet<>();
        for (Class<?> type : types) {
            if (isPublic(type)) {
                add(type, lines);
            }
        }
        return List.copyOf(lines);
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
    }

    private static void add(Class<?> type, Collection<String> lines) {
        lines.add(type.getTypeName() + " | " + how(type));
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())) {
                lines.add(member(type, field.getName(), field.getGenericType().getTypeName()) + how(field));
            }
        }
        for (Constructor<?> made : type.getDeclaredConstructors()) {
            if (Modifier.isPublic(made.getModifiers())) {
                lines.add(member(type, "new" + parameters(made), "") + "new");
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !isOfObject(method)) {
                String result = result(method.getAnnotatedReturnType()) + thrown(method);
                lines.add(member(type, method.getName() + parameters(method), result) + how(method));
            }
        }
    }

    private static String member(Class<?> type, String name, String result) {
        return type.getTypeName() + "#" + name + (result.isEmpty() ? "" : " " + result) + " | ";
    }

    private static String parameters(Executable executable) {
        return Arrays.stream(executable.getAnnotatedParameterTypes())
                .map(Signatures::result)
                .collect(Collectors.joining(",", "(", ")"));
    }

    private static String result(AnnotatedType type) {
        return type.getType().getTypeName() + (type.isAnnotationPresent(Nullable.class) ? "?" : "");
    }

    private static String thrown(Method method) {
        return method.getExceptionTypes().length == 0
                ? ""
                : Arrays.stream(method.getExceptionTypes())
                        .map(Type::getTypeName)
                        .sorted()
                        .collect(Collectors.joining(",", " throws ", ""));
    }

    private static String how(Class<?> type) {
        List<String> words = new ArrayList<>();
        words.add(kind(type));
        if (type.isSealed()) {
            words.add("sealed("
                    + Arrays.stream(type.getPermittedSubclasses())
                            .map(Class::getSimpleName)
                            .sorted()
                            .collect(Collectors.joining(","))
                    + ")");
        }
        if (type.isAnnotationPresent(ProvidedByBroker.class)) {
            words.add("broker");
        }
        if (type.isAnnotationPresent(ImplementedByPlugin.class)) {
            words.add("plugin");
        }
        if (type.isAnnotationPresent(Incubating.class)) {
            words.add("incubating");
        }
        Arrays.stream(type.getGenericInterfaces())
                .map(i -> "is:" + i.getTypeName())
                .sorted()
                .forEach(words::add);
        return String.join(" ", words);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "annotation";
        }
        if (type.isInterface()) {
            return "interface";
        }
        return type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    }

    private static String how(Field field) {
        try {
            boolean inlined = field.getType().isPrimitive() || field.getType() == String.class;
            return inlined ? "constant " + field.get(null) : "static";
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a public field: " + field, e);
        }
    }

    private static String how(Method method) {
        String base = Modifier.isStatic(method.getModifiers())
                ? "static"
                : Modifier.isAbstract(method.getModifiers())
                        ? method.getDefaultValue() == null ? "abstract" : "default"
                        : method.isDefault() ? "default" : "concrete";
        return method.isAnnotationPresent(Incubating.class) ? base + " incubating" : base;
    }

    private static boolean isOfObject(Method method) {
        return Stream.of("toString", "hashCode", "equals").anyMatch(method.getName()::equals);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a class file but no class: " + name, e);
        }
    }
}
