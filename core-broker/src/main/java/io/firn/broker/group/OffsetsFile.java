package io.firn.broker.group;

import io.firn.broker.topic.ConfigFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code consumerOffset.json} in RocketMQ's shape. The number is the next offset to consume; a broadcasting group seen
 * through a proxy has the key {@code topic@group@broadcast}. Tables unknown here are written back as they were read.
 *
 * <pre>
 * {"dataVersion":{"counter":n,"stateVersion":n,"timestamp":ms},"offsetTable":{"topic@group":{0:6,1:10}}, ...}
 * </pre>
 */
final class OffsetsFile {

    static final String NAME = "consumerOffset.json";

    private static final String TABLE = "offsetTable";

    /** Written by 5.5 from the offset table itself and never read: it would go stale here. */
    private static final String DERIVED = "groupTopicMap";

    private final Path path;
    private final Map<String, @Nullable Object> unknown;
    private final DataVersion version;

    private OffsetsFile(Path path, Map<String, @Nullable Object> unknown, DataVersion version) {
        this.path = path;
        this.unknown = unknown;
        this.version = version;
    }

    /** Reads the file in this directory into the table; a missing one has no offsets. */
    static OffsetsFile read(Path directory, Offsets into) {
        Path path = directory.resolve(NAME);
        ConfigFields root = ConfigFields.read(path);
        ConfigFields table = root.object(TABLE);
        for (String key : table.names()) {
            ConfigFields queues = table.object(key);
            int at = key.indexOf('@');
            String topic = at < 0 ? key : key.substring(0, at);
            String group = at < 0 ? "" : key.substring(at + 1);
            for (String queue : queues.names()) {
                into.load(group, topic, queueId(queues, queue), queues.number(queue, QueueOffsets.NONE));
            }
        }
        DataVersion version = root.version();
        Map<String, @Nullable Object> rest = root.rest();
        rest.remove(DERIVED);
        return new OffsetsFile(path, rest, version);
    }

    private static int queueId(ConfigFields queues, String text) {
        try {
            int queueId = Integer.parseInt(text);
            if (Offsets.isQueueId(queueId)) {
                return queueId;
            }
        } catch (NumberFormatException e) {
            throw queues.wrong("key", text, "a queue id (" + e.getMessage() + ")");
        }
        throw queues.wrong("key", text, "a queue id from 0 up to " + (Offsets.MAX_QUEUES - 1));
    }

    static String key(String topic, String group) {
        return group.isEmpty() ? topic : topic + "@" + group;
    }

    Path path() {
        return path;
    }

    /** Of the content that was read. */
    DataVersion version() {
        return version;
    }

    /** The whole file, written by hand because there may be a million numbers in it. */
    byte[] encode(Map<String, Map<Integer, Long>> table, DataVersion newVersion) {
        StringBuilder out = new StringBuilder(256 + table.size() * 64);
        out.append("{\n\t\"dataVersion\":")
                .append(json(newVersion))
                .append(",\n\t\"")
                .append(TABLE)
                .append("\":{");
        String separator = "\n";
        for (Map.Entry<String, Map<Integer, Long>> entry : table.entrySet()) {
            out.append(separator).append("\t\t").append(json(entry.getKey())).append(":{");
            appendQueues(out, entry.getValue());
            out.append('}');
            separator = ",\n";
        }
        out.append("\n\t}");
        unknown.forEach((name, value) ->
                out.append(",\n\t").append(json(name)).append(':').append(value == null ? "null" : json(value)));
        return out.append("\n}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendQueues(StringBuilder out, Map<Integer, Long> queues) {
        char separator = 0;
        for (Map.Entry<Integer, Long> queue : queues.entrySet()) {
            if (separator != 0) {
                out.append(separator);
            }
            out.append('"')
                    .append(queue.getKey().intValue())
                    .append("\":")
                    .append(queue.getValue().longValue());
            separator = ',';
        }
    }

    private static String json(Object value) {
        return new String(Json.encode(value), StandardCharsets.UTF_8);
    }
}
