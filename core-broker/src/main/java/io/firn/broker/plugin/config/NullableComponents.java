package io.firn.broker.plugin.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.util.HashSet;
import java.util.Set;

/**
 * Which components of a record are {@code @Nullable}, whatever package that annotation is from. Read from the class file,
 * because reflection leaves out annotations whose class is not visible, and a plugin need not bring it.
 */
final class NullableComponents {

    private static final String NULLABLE = "Nullable";

    private NullableComponents() {}

    static Set<String> of(Class<?> record) {
        String name = record.getName();
        Set<String> found = new HashSet<>();
        try (InputStream in = record.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            if (in == null) {
                return Set.of();
            }
            ClassFile.of()
                    .parse(in.readAllBytes())
                    .findAttribute(Attributes.record())
                    .map(RecordAttribute::components)
                    .ifPresent(components -> components.stream()
                            .filter(NullableComponents::isNullable)
                            .forEach(component -> found.add(component.name().stringValue())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean isNullable(RecordComponentInfo component) {
        boolean onType = component
                .findAttribute(Attributes.runtimeVisibleTypeAnnotations())
                .map(all -> all.annotations().stream()
                        .anyMatch(one ->
                                one.annotation().classSymbol().displayName().equals(NULLABLE)))
                .orElse(false);
        return onType
                || component
                        .findAttribute(Attributes.runtimeVisibleAnnotations())
                        .map(all -> all.annotations().stream()
                                .anyMatch(one -> one.classSymbol().displayName().equals(NULLABLE)))
                        .orElse(false);
    }
}
