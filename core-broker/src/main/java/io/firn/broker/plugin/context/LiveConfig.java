package io.firn.broker.plugin.context;

import io.firn.broker.plugin.config.ConfigSchema;
import io.firn.broker.plugin.config.Explained;
import io.firn.broker.plugin.config.Settings;
import io.firn.spi.config.ConfigException;
import io.firn.spi.config.ConfigListener;
import io.firn.spi.contract.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's configuration while it runs: what it was given, who hears of changes, and what the settings say now. Guarded
 * by its monitor, which is never held while the plugin is called.
 */
public final class LiveConfig {

    private final Supplier<Settings> source;
    private final List<Bound<?>> bound = new ArrayList<>();

    LiveConfig(Supplier<Settings> source) {
        this.source = source;
    }

    /** One record type the plugin asked for. Fields are guarded by the outer monitor. */
    private static final class Bound<C extends Record> {

        private final Class<C> type;
        private final ConfigSchema<C> schema;
        private final List<ConfigListener<C>> listeners = new ArrayList<>();
        private C current;

        Bound(Class<C> type, ConfigSchema<C> schema, C current) {
            this.type = type;
            this.schema = schema;
            this.current = current;
        }
    }

    /** The record of the settings as they are now. */
    <C extends Record> C get(Class<C> type) {
        ConfigSchema<C> schema = ConfigSchema.of(type);
        C fresh = schema.bind(source.get());
        synchronized (this) {
            Bound<C> known = find(type);
            if (known == null) {
                bound.add(new Bound<>(type, schema, fresh));
            }
        }
        return fresh;
    }

    <C extends Record> Registration onChange(Class<C> type, ConfigListener<C> listener) {
        C current = get(type);
        synchronized (this) {
            Bound<C> known = find(type);
            if (known == null) {
                throw new IllegalStateException("just bound: " + current);
            }
            known.listeners.add(listener);
            return () -> forget(known, listener);
        }
    }

    private synchronized <C extends Record> void forget(Bound<C> known, ConfigListener<C> listener) {
        known.listeners.remove(listener);
    }

    @SuppressWarnings("unchecked")
    private <C extends Record> @Nullable Bound<C> find(Class<C> type) {
        for (Bound<?> one : bound) {
            if (one.type == type) {
                return (Bound<C>) one;
            }
        }
        return null;
    }

    /**
     * What became of changed settings.
     *
     * @param changed keys that are in force now
     * @param needRestart keys that will be in force when the plugin starts again
     */
    public record Reloaded(List<String> changed, List<String> needRestart) {}

    /**
     * Reads the settings again and tells the plugin of dynamic keys that differ. On a thread of the plugin.
     *
     * @throws ConfigException when they can not be used, or a listener refuses them; then nothing has changed
     */
    public Reloaded reload() {
        List<String> changed = new ArrayList<>();
        List<String> needRestart = new ArrayList<>();
        List<Bound<?>> all;
        synchronized (this) {
            all = List.copyOf(bound);
        }
        Settings settings = source.get();
        for (Bound<?> one : all) {
            reload(one, settings, changed, needRestart);
        }
        return new Reloaded(List.copyOf(changed), List.copyOf(needRestart));
    }

    private <C extends Record> void reload(
            Bound<C> one, Settings settings, List<String> changed, List<String> needRestart) {
        C before;
        List<ConfigListener<C>> listeners;
        synchronized (this) {
            before = one.current;
            listeners = List.copyOf(one.listeners);
        }
        ConfigSchema.Change<C> change = one.schema.change(before, one.schema.bind(settings));
        needRestart.addAll(change.needRestart());
        if (change.changed().isEmpty()) {
            return;
        }
        if (listeners.isEmpty()) {
            needRestart.addAll(change.changed());
            return;
        }
        for (ConfigListener<C> listener : listeners) {
            try {
                listener.onChange(before, change.inForce());
            } catch (RuntimeException e) {
                throw refused(change.changed(), e);
            }
        }
        synchronized (this) {
            one.current = change.inForce();
        }
        changed.addAll(change.changed());
    }

    private static ConfigException refused(List<String> keys, RuntimeException cause) {
        ConfigException failure =
                new ConfigException("the plugin refused the change of " + keys + ": " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }

    /** A row per key of all the records the plugin asked for. */
    public List<Explained> explain() {
        Settings settings = source.get();
        List<Bound<?>> all;
        synchronized (this) {
            all = List.copyOf(bound);
        }
        return all.stream()
                .flatMap(one -> one.schema.explain(settings).stream())
                .toList();
    }
}
