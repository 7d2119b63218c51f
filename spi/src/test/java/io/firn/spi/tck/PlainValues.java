package io.firn.spi.tck;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a broker can write as JSON. */
final class PlainValues {

    private PlainValues() {}

    /** Whether it is a record, map, collection, text, number, boolean or null, and these within each other. */
    static boolean isPlain(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String text -> true;
            case Number number -> true;
            case Boolean flag -> true;
            case Map<?, ?> map ->
                map.keySet().stream().allMatch(String.class::isInstance)
                        && map.values().stream().allMatch(PlainValues::isPlain);
            case Collection<?> all -> all.stream().allMatch(PlainValues::isPlain);
            case Record part -> isPlainRecord(part);
            default -> false;
        };
    }

    private static boolean isPlainRecord(Record value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                if (!isPlain(component.getAccessor().invoke(value))) {
                    return false;
                }
            } catch (ReflectiveOperationException e) {
                return false;
            }
        }
        return true;
    }
}
