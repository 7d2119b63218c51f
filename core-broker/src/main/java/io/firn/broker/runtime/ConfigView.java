package io.firn.broker.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The settings a component reads its configuration record from. One read declares key, default, range and doc, so the
 * reference page is generated from the same reads. A value that does not parse or is out of range is a
 * {@link ConfigException}. Used while wiring, on one thread.
 */
public final class ConfigView {

    private final Map<String, String> values;
    private final Map<String, ConfigKey> declared = new LinkedHashMap<>();

    /** A view of these settings; keys as in {@code broker.conf}. */
    public ConfigView(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    public String string(String key, String defaultValue, String doc) {
        return read(key, "text", defaultValue, doc, text -> text);
    }

    public Path path(String key, String defaultValue, String doc) {
        return read(
                key,
                "path",
                defaultValue,
                doc,
                text -> Path.of(text).toAbsolutePath().normalize());
    }

    public boolean flag(String key, boolean defaultValue, String doc) {
        return read(key, "true or false", Boolean.toString(defaultValue), doc, text -> switch (text.toLowerCase(
                Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        });
    }

    public int integer(String key, int defaultValue, int min, int max, String doc) {
        return (int) number(key, defaultValue, min, max, doc);
    }

    public long number(String key, long defaultValue, long min, long max, String doc) {
        return read(
                key,
                "integer " + min + ".." + max,
                Long.toString(defaultValue),
                doc,
                text -> inRange(Long.parseLong(text), min, max));
    }

    public ByteSize bytes(String key, ByteSize defaultValue, ByteSize min, ByteSize max, String doc) {
        return read(
                key,
                "size " + min + ".." + max,
                defaultValue.toString(),
                doc,
                text -> inRange(ByteSize.parse(text), min, max));
    }

    /** A duration given in milliseconds, as RocketMQ's keys are. */
    public Duration millis(String key, long defaultMs, long minMs, long maxMs, String doc) {
        return Duration.ofMillis(number(key, defaultMs, minMs, maxMs, doc + " Milliseconds."));
    }

    public <E extends Enum<E>> E choice(String key, E defaultValue, String doc) {
        Class<E> type = defaultValue.getDeclaringClass();
        String allowed = String.join(
                ", ", Arrays.stream(type.getEnumConstants()).map(Enum::name).toList());
        return read(
                key,
                "one of " + allowed,
                defaultValue.name(),
                doc,
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    /** Every key read so far, in order of first reading. */
    public List<ConfigKey> declared() {
        return List.copyOf(declared.values());
    }

    /** Every key read so far with the value in force, by name. */
    public SortedMap<String, String> effective() {
        SortedMap<String, String> all = new TreeMap<>();
        declared.forEach((name, key) -> all.put(name, values.getOrDefault(name, key.defaultValue())));
        return all;
    }

    /** Keys that are set but that nobody has read. */
    public List<String> unread() {
        List<String> rest = new ArrayList<>(values.keySet());
        rest.removeAll(declared.keySet());
        rest.sort(null);
        return rest;
    }

    private <T> T read(String key, String type, String defaultValue, String doc, Function<String, T> parser) {
        declared.putIfAbsent(key, new ConfigKey(key, type, defaultValue, doc));
        String text = values.getOrDefault(key, defaultValue).trim();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            ConfigException failure = new ConfigException(key, text, type);
            failure.initCause(e);
            throw failure;
        }
    }

    private static <T extends Comparable<T>> T inRange(T value, T min, T max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(value + " is not in " + min + ".." + max);
        }
        return value;
    }
}
