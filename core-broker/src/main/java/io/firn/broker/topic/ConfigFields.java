package io.firn.broker.topic;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.DataVersion;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a configuration file, read field by field. A field of the wrong type is a {@link StorageException}
 * that names file and field. What nobody asked for is {@link #rest()}, so that it can be written back. Source: the
 * files under {@code config/} as Apache RocketMQ 4.9 to 5.5 writes them, integer keys without quotes included. Used
 * while opening, on one thread.
 */
public final class ConfigFields {

    private final Path file;
    private final String where;
    private final Map<String, @Nullable Object> values;
    private final Set<String> read = new HashSet<>();

    private ConfigFields(Path file, String where, Map<String, @Nullable Object> values) {
        this.file = file;
        this.where = where;
        this.values = values;
    }

    /**
     * The file's top object; an empty one when neither the file nor its {@code .bak} is there.
     *
     * @throws StorageException when the file can not be read or is not a JSON object
     */
    public static ConfigFields read(Path file) {
        byte[] content = AtomicFile.read(file).orElse(null);
        if (content == null) {
            return new ConfigFields(file, "", Map.of());
        }
        try {
            return new ConfigFields(file, "", objectOf(Json.decode(content, Map.class)));
        } catch (RequestException e) {
            throw broken(file, "is not a JSON object (" + e.getMessage() + ")");
        }
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Names of all fields in order. */
    public Set<String> names() {
        return values.keySet();
    }

    public String text(String name, String absent) {
        Object value = take(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(name, value, "a text");
    }

    public long number(String name, long absent) {
        Object value = take(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        throw wrong(name, value, "an integer");
    }

    public int integer(String name, int absent) {
        long value = number(name, absent);
        if (value != (int) value) {
            throw wrong(name, value, "a 32-bit integer");
        }
        return (int) value;
    }

    public boolean flag(String name, boolean absent) {
        Object value = take(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, value, "true or false");
    }

    public <E extends Enum<E>> E choice(String name, E absent) {
        String text = text(name, absent.name());
        for (E each : absent.getDeclaringClass().getEnumConstants()) {
            if (each.name().equals(text)) {
                return each;
            }
        }
        throw wrong(name, text, "a name of " + absent.getDeclaringClass().getSimpleName());
    }

    /** The object in this field; an empty one when it is absent or null. */
    public ConfigFields object(String name) {
        Object value = take(name);
        if (value == null) {
            return new ConfigFields(file, where + name + ".", Map.of());
        }
        if (value instanceof Map<?, ?> map) {
            return new ConfigFields(file, where + name + ".", objectOf(map));
        }
        throw wrong(name, value, "an object");
    }

    /** All fields of this object as texts. */
    public Map<String, String> texts() {
        Map<String, String> all = new LinkedHashMap<>();
        values.keySet().forEach(name -> all.put(name, text(name, "")));
        return all;
    }

    /** The {@code dataVersion} of a table; zeros when absent. */
    public DataVersion version() {
        ConfigFields version = object("dataVersion");
        return new DataVersion(
                version.number("stateVersion", 0), version.number("timestamp", 0), version.number("counter", 0));
    }

    /** The fields that were not read, as they are. */
    public Map<String, @Nullable Object> rest() {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(read);
        return rest;
    }

    /** A failure about this object. */
    public StorageException wrong(String name, Object value, String expected) {
        return broken(file, "has " + where + name + " = " + value + ", expected " + expected);
    }

    private @Nullable Object take(String name) {
        read.add(name);
        return values.get(name);
    }

    private static Map<String, @Nullable Object> objectOf(Map<?, ?> map) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return fields;
    }

    private static StorageException broken(Path file, String what) {
        return new StorageException(file + " " + what + ": correct the file, or replace it by " + file.getFileName()
                + ".bak, or move both away to start with an empty table");
    }
}
