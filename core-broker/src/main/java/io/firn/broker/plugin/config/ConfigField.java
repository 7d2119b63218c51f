package io.firn.broker.plugin.config;

import io.firn.spi.config.Default;
import io.firn.spi.config.Dynamic;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;
import io.firn.spi.config.Range;
import io.firn.spi.config.Secret;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * One component of a configuration record. Immutable.
 *
 * @param key as in the file
 * @param doc one sentence, may be empty
 * @param defaultText null when it must be set, unless {@code optional}
 * @param traits what its annotations say besides
 * @param kind how its text is read
 * @param range null without limits
 */
record ConfigField(
        String key,
        String doc,
        @Nullable String defaultText,
        Traits traits,
        ValueKind kind,
        @Nullable Limits range) {

    /** What may be absent, shown, changed, blank. */
    record Traits(boolean optional, boolean secret, boolean dynamic, boolean notBlank) {}

    /** Both ends included. */
    record Limits(long min, long max) {

        boolean contain(long value) {
            return value >= min && value <= max;
        }

        @Override
        public String toString() {
            return max == Long.MAX_VALUE ? ">= " + min : min + ".." + max;
        }
    }

    /**
     * Reads the annotations.
     *
     * @throws IllegalArgumentException when the component has no key or a type that can not be read
     */
    static ConfigField of(Class<?> record, RecordComponent component, boolean optional) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalArgumentException("component " + component.getName() + " of " + record.getName()
                    + " has no @Key: every component of a configuration record has one");
        }
        Default preset = component.getAnnotation(Default.class);
        Range range = component.getAnnotation(Range.class);
        ValueKind kind = ValueKind.of(component);
        if (optional && component.getType().isPrimitive()) {
            throw new IllegalArgumentException("component " + component.getName() + " of " + record.getName()
                    + " is @Nullable, and a " + component.getType() + " can not be null");
        }
        return new ConfigField(
                key.value(),
                key.doc(),
                preset == null ? null : preset.value(),
                new Traits(
                        optional,
                        component.isAnnotationPresent(Secret.class),
                        component.isAnnotationPresent(Dynamic.class),
                        component.isAnnotationPresent(NotBlank.class)),
                kind,
                range == null ? null : new Limits(range.min(), range.max()));
    }

    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException saying what is allowed, but neither key nor text
     */
    Object parse(String text) {
        if (traits.notBlank() && text.isBlank()) {
            throw new IllegalArgumentException("something but white space");
        }
        Object value;
        try {
            value = kind.parse(text.trim());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(allowed(), e);
        }
        if (range != null && !range.contain(ValueKind.measure(value))) {
            throw new IllegalArgumentException(allowed());
        }
        return value;
    }

    /** What is allowed, for people: {@code integer 1..64}. */
    String allowed() {
        if (range == null) {
            return kind.description();
        }
        return kind.description() + " " + range + kind.rangeUnit();
    }
}
