package io.firn.broker.plugin.config;

import io.firn.broker.runtime.Nearest;
import io.firn.spi.config.ConfigException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A configuration record's fields and how to make one from texts. Immutable; any thread. */
public final class ConfigSchema<C extends Record> {

    private static final String MASK = "********";

    private final Class<C> type;
    private final List<ConfigField> fields;

    private ConfigSchema(Class<C> type, List<ConfigField> fields) {
        this.type = type;
        this.fields = fields;
    }

    /**
     * Reads the record's annotations.
     *
     * @throws IllegalArgumentException when it is no configuration: a component without key, or of another type
     */
    public static <C extends Record> ConfigSchema<C> of(Class<C> type) {
        Set<String> nullable = NullableComponents.of(type);
        List<ConfigField> fields = new ArrayList<>();
        Set<String> keys = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            ConfigField field = ConfigField.of(type, component, nullable.contains(component.getName()));
            fields.add(field);
            if (!keys.add(field.key())) {
                throw new IllegalArgumentException(type.getName() + " has the key " + field.key() + " twice");
            }
        }
        return new ConfigSchema<>(type, List.copyOf(fields));
    }

    /**
     * A record of these settings.
     *
     * @throws ConfigException naming every key that is unknown, missing or has a value that is not allowed
     */
    public C bind(Settings settings) {
        List<String> problems = new ArrayList<>(unknown(settings));
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = value(fields.get(i), settings);
            } catch (ConfigException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(settings.origin() + ": " + String.join("; ", problems));
        }
        return construct(values, settings.origin());
    }

    private List<String> unknown(Settings settings) {
        return settings.keys().stream()
                .filter(key -> fields.stream().noneMatch(field -> field.key().equals(key)))
                .map(key -> "unknown key " + key + nearest(key))
                .toList();
    }

    private String nearest(String key) {
        return fields.isEmpty()
                ? ": it takes no settings"
                : ", did you mean "
                        + Nearest.of(key, fields.stream().map(ConfigField::key).toList()) + "?";
    }

    private static @Nullable Object value(ConfigField field, Settings settings) {
        Settings.Setting setting = settings.find(field.key());
        String text = setting == null ? field.defaultText() : setting.resolve();
        if (text == null) {
            if (field.traits().optional()) {
                return null;
            }
            throw new ConfigException(field.key() + " is not set: expected " + field.allowed());
        }
        try {
            return field.parse(text);
        } catch (IllegalArgumentException e) {
            String shown = setting == null ? text : setting.raw();
            throw new ConfigException(
                    field.key() + "=" + (field.traits().secret() ? MASK : shown) + ": expected " + e.getMessage());
        }
    }

    private C construct(@Nullable Object[] values, String origin) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<C> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ConfigException || cause instanceof IllegalArgumentException) {
                throw new ConfigException(origin + ": " + cause.getMessage());
            }
            throw new IllegalArgumentException("the constructor of " + type.getName() + " failed: " + cause, cause);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("can not make a " + type.getName() + ": " + e, e);
        }
    }

    /**
     * The record that is in force when {@code after} is wished while the plugin runs: dynamic keys as in {@code after},
     * the others as in {@code before}.
     */
    public Change<C> change(C before, C after) {
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        List<String> changed = new ArrayList<>();
        List<String> needRestart = new ArrayList<>();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < values.length; i++) {
            Object old = read(components[i], before);
            Object fresh = read(components[i], after);
            ConfigField field = fields.get(i);
            boolean differs = !Objects.equals(old, fresh);
            values[i] = field.traits().dynamic() ? fresh : old;
            if (differs) {
                (field.traits().dynamic() ? changed : needRestart).add(field.key());
            }
        }
        return new Change<>(construct(values, "change"), changed, needRestart);
    }

    /**
     * What a change of settings comes to.
     *
     * @param changed dynamic keys with another value
     * @param needRestart other keys with another value
     */
    public record Change<C>(C inForce, List<String> changed, List<String> needRestart) {}

    private static @Nullable Object read(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("can not read " + component + ": " + e, e);
        }
    }

    /** A row per key: what it may be, is, and why. Secrets are masked. */
    public List<Explained> explain(Settings settings) {
        List<Explained> rows = new ArrayList<>();
        for (ConfigField field : fields) {
            Settings.Setting setting = settings.find(field.key());
            String preset = field.defaultText();
            String shown = setting == null ? preset : setting.raw();
            boolean masked = field.traits().secret() && shown != null && !Settings.isReference(shown);
            rows.add(new Explained(
                    field.key(),
                    field.allowed(),
                    preset,
                    masked ? MASK : shown,
                    setting == null ? (preset == null ? "not set" : "default") : setting.source(),
                    field.traits().dynamic() ? "at run time" : "at restart of the plugin",
                    field.doc()));
        }
        return rows;
    }
}
