package io.firn.broker;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings that were changed while the broker ran, in {@code config/changedSettings.json} of the store: they hold at
 * the next start too, until somebody gives the key another value in {@code broker.conf} or on the command line than it
 * had when it was changed. Then that, as the later word, holds, and the change is forgotten.
 *
 * <pre>
 * {"settings":{"fileReservedTime":{"value":"48","insteadOf":"72"}, "deleteWhen":{"value":"05"}}}
 * </pre>
 *
 * {@code insteadOf} is absent when the key was not given at the start. Owner: {@link LiveSettings}.
 */
final class ChangedSettings {

    static final String NAME = "changedSettings.json";

    private static final Logger LOG = LoggerFactory.getLogger(ChangedSettings.class);

    private final Path path;
    /** As broker.conf and the command line gave them. */
    private final Map<String, String> given;

    private final SortedMap<String, Entry> entries;

    private ChangedSettings(Path path, Map<String, String> given, SortedMap<String, Entry> entries) {
        this.path = path;
        this.given = given;
        this.entries = entries;
    }

    /** One changed setting. */
    record Entry(String value, @Nullable String insteadOf) {}

    /** The file's content. */
    record Content(@Nullable SortedMap<String, Entry> settings) {}

    /**
     * Reads the file of a store. Blocks on the disk.
     *
     * @param given settings from {@code broker.conf} and the command line
     * @throws ConfigException when the file is broken, naming it
     */
    static ChangedSettings read(Path storeRoot, Map<String, String> given) {
        Path config = storeRoot.resolve("config");
        Path path = config.resolve(NAME);
        SortedMap<String, Entry> entries = new TreeMap<>();
        // what is no directory is for the store to tell
        if (Files.isDirectory(config)) {
            AtomicFile.read(path).ifPresent(bytes -> entries.putAll(parse(path, bytes)));
        }
        return new ChangedSettings(path, Map.copyOf(given), entries);
    }

    private static SortedMap<String, Entry> parse(Path path, byte[] bytes) {
        try {
            SortedMap<String, Entry> settings =
                    Json.decode(bytes, Content.class).settings();
            return settings == null ? new TreeMap<>() : settings;
        } catch (RequestException e) {
            ConfigException failure = new ConfigException("can not read the settings changed at run time, " + path
                    + ": " + e.getMessage() + "; remove it and its .bak to start without them");
            failure.initCause(e);
            throw failure;
        }
    }

    /** The given settings with the changes over them that hold. Says of each change whether it does. */
    Map<String, String> effective() {
        Map<String, String> effective = new HashMap<>(given);
        entries.forEach((key, entry) -> {
            if (holds(key, entry)) {
                LOG.info("setting {} is {}, as an operator changed it at run time ({})", key, entry.value, path);
                effective.put(key, entry.value);
            } else {
                LOG.warn(
                        "setting {} is {} as given: its change to {} at run time was earlier",
                        key,
                        given.get(key),
                        entry.value);
            }
        });
        return effective;
    }

    private boolean holds(String key, Entry entry) {
        return Objects.equals(given.get(key), entry.insteadOf);
    }

    /**
     * Takes the changes that do not hold out of the file, so that none comes back when the key is given its earlier
     * value again. For a start that has the store to itself. Blocks on the disk.
     *
     * @throws io.firn.broker.runtime.StorageException when the file can not be written; then it is as it was
     */
    void forgetOverruled() {
        SortedMap<String, Entry> next = new TreeMap<>(entries);
        if (next.entrySet().removeIf(change -> !holds(change.getKey(), change.getValue()))) {
            replace(next);
        }
    }

    /**
     * Adds changes. Blocks on the disk.
     *
     * @throws io.firn.broker.runtime.StorageException when they can not be written; then the file is as it was
     */
    void write(SortedMap<String, String> changes) {
        SortedMap<String, Entry> next = new TreeMap<>(entries);
        changes.forEach((key, value) -> {
            String instead = given.get(key);
            if (value.equals(instead)) {
                next.remove(key);
            } else {
                next.put(key, new Entry(value, instead));
            }
        });
        replace(next);
    }

    private void replace(SortedMap<String, Entry> next) {
        AtomicFile.write(path, Json.pretty(new Content(next)).getBytes(StandardCharsets.UTF_8));
        entries.clear();
        entries.putAll(next);
    }
}
