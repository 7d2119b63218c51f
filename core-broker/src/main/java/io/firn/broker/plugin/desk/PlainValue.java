package io.firn.broker.plugin.desk;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin returns, made of the JDK's types alone: the JSON library keeps what it learns of a class for ever, and
 * with it the plugin's loader.
 */
final class PlainValue {

    private static final int MAX_DEPTH = 32;

    private PlainValue() {}

    /** @throws IllegalArgumentException for what is no record, map, collection, text, number, boolean, enum or null */
    static @Nullable Object of(@Nullable Object value) {
        return of(value, 0);
    }

    private static @Nullable Object of(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("the answer is nested deeper than " + MAX_DEPTH);
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean flag -> flag;
            case Long number -> number;
            case Integer number -> number;
            case Double number -> Double.isFinite(number) ? number : String.valueOf(number);
            case Number number -> number.doubleValue();
            case Enum<?> constant -> constant.name();
            case Record record -> record(record, depth);
            case Map<?, ?> map -> map(map, depth);
            case Collection<?> collection -> list(collection, depth);
            default -> String.valueOf(value);
        };
    }

    private static Map<String, @Nullable Object> record(Record record, int depth) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                fields.put(component.getName(), of(component.getAccessor().invoke(record), depth + 1));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("the answer's " + component.getName() + " can not be read: " + e, e);
            }
        }
        return fields;
    }

    private static Map<String, @Nullable Object> map(Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach((key, one) -> fields.put(String.valueOf(key), of(one, depth + 1)));
        return fields;
    }

    private static List<@Nullable Object> list(Collection<?> collection, int depth) {
        List<@Nullable Object> all = new ArrayList<>(collection.size());
        collection.forEach(one -> all.add(of(one, depth + 1)));
        return all;
    }
}
