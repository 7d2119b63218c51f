package io.firn.broker.delay;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.topic.ConfigFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code delayOffset.json} in RocketMQ's shape: for each level the offset of the first message that was not delivered.
 * Levels of which nothing is known here are kept. Read once while opening; written on {@code firn-housekeeper}, its owner
 * from then on. No file is written before something was delivered.
 *
 * <pre>
 * {"dataVersion":{"counter":n,"stateVersion":n,"timestamp":ms},"offsetTable":{"1":6,"3":10}}
 * </pre>
 */
final class DelayProgress {

    static final String NAME = "delayOffset.json";

    private static final String TABLE = "offsetTable";

    private final Path path;
    private final SortedMap<Integer, Long> offsets = new TreeMap<>();
    private DataVersion version;

    private DelayProgress(Path path, DataVersion version) {
        this.path = path;
        this.version = version;
    }

    /**
     * Reads the file in this directory; without one nothing was delivered.
     *
     * @throws io.firn.broker.runtime.StorageException naming file and field when it is broken
     */
    static DelayProgress read(Path directory) {
        Path path = directory.resolve(NAME);
        ConfigFields root = ConfigFields.read(path);
        DelayProgress progress = new DelayProgress(path, root.version());
        ConfigFields table = root.object(TABLE);
        for (String name : table.names()) {
            progress.offsets.put(level(table, name), Math.max(0, table.number(name, 0)));
        }
        return progress;
    }

    private static int level(ConfigFields table, String name) {
        try {
            int level = Integer.parseInt(name);
            if (level > 0) {
                return level;
            }
        } catch (NumberFormatException e) {
            throw table.wrong("key", name, "a delay level (" + e.getMessage() + ")");
        }
        throw table.wrong("key", name, "a delay level from 1 up");
    }

    /** The first offset of a level that was not delivered; 0 when nothing is known. While opening. */
    long of(int level) {
        return offsets.getOrDefault(level, 0L);
    }

    /**
     * Writes what was delivered.
     *
     * @param delivered by level
     * @throws io.firn.broker.runtime.StorageException naming the file when it can not be written
     */
    void write(Map<Integer, Long> delivered, long nowMs) {
        offsets.putAll(delivered);
        version = version.next(nowMs);
        StringBuilder out = new StringBuilder(512)
                .append("{\n\t\"dataVersion\":")
                .append(new String(Json.encode(version), StandardCharsets.UTF_8))
                .append(",\n\t\"")
                .append(TABLE)
                .append("\":{");
        String separator = "";
        for (Map.Entry<Integer, Long> level : offsets.entrySet()) {
            out.append(separator)
                    .append('"')
                    .append(level.getKey().intValue())
                    .append("\":")
                    .append(level.getValue().longValue());
            separator = ",";
        }
        AtomicFile.write(path, out.append("}\n}\n").toString().getBytes(StandardCharsets.UTF_8));
    }
}
