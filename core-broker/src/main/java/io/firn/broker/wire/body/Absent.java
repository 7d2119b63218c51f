package io.firn.broker.wire.body;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the records take for components that a JSON writer left out or wrote as null. Collections are copied. */
final class Absent {
    private Absent() {}

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static <T> T or(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }

    /** An unmodifiable copy without nulls. */
    static <T> List<T> list(@Nullable List<? extends @Nullable T> list) {
        if (list == null) {
            return List.of();
        }
        List<T> copy = new ArrayList<>(list.size());
        for (@Nullable T element : list) {
            if (element != null) {
                copy.add(element);
            }
        }
        return Collections.unmodifiableList(copy);
    }

    /** An unmodifiable copy without null values, in the same order. */
    static <K, V> Map<K, V> map(@Nullable Map<K, ? extends @Nullable V> map) {
        if (map == null) {
            return Map.of();
        }
        Map<K, V> copy = LinkedHashMap.newLinkedHashMap(map.size());
        for (Map.Entry<K, ? extends @Nullable V> entry : map.entrySet()) {
            V value = entry.getValue();
            if (value != null) {
                copy.put(Objects.requireNonNull(entry.getKey()), value);
            }
        }
        return Collections.unmodifiableMap(copy);
    }
}
