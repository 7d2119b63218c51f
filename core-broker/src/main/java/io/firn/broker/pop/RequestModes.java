package io.firn.broker.pop;

import io.firn.broker.topic.ConfigFields;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.DurableTable;
import io.firn.broker.topic.TableFile;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.RequestModeBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How the consumers of groups get messages of topics, kept in {@code messageRequestMode.json} in RocketMQ's shape. There is
 * no file before somebody sets a mode. Any thread; a change is on disk before it is seen.
 *
 * <pre>
 * {"messageRequestModeMap":{"T":{"G":{"consumerGroup":"G","mode":"POP","popShareQueueNum":0,"topic":"T"}}}}
 * </pre>
 */
final class RequestModes {

    private static final String NAME = "messageRequestMode.json";
    private static final String MAP = "messageRequestModeMap";
    /** Neither a topic nor a group has it in its name. */
    private static final char SEPARATOR = '@';

    private final PopConfig config;
    private final DurableTable<RequestModeBody> table;

    private RequestModes(PopConfig config, DurableTable<RequestModeBody> table) {
        this.config = config;
        this.table = table;
    }

    /**
     * Reads the file. Blocks on the disk.
     *
     * @throws io.firn.broker.runtime.StorageException naming file and field when it is broken
     */
    static RequestModes open(PopConfig config, ConfigHome home) {
        Path path = home.directory().resolve(NAME);
        Map<String, RequestModeBody> loaded = new HashMap<>();
        ConfigFields map = ConfigFields.read(path).object(MAP);
        for (String topic : map.names()) {
            ConfigFields groups = map.object(topic);
            for (String group : groups.names()) {
                ConfigFields mode = groups.object(group);
                loaded.put(
                        topic + SEPARATOR + group,
                        new RequestModeBody(
                                topic,
                                group,
                                mode.choice("mode", RequestMode.PULL).name(),
                                mode.integer("popShareQueueNum", 0)));
            }
        }
        return new RequestModes(config, new DurableTable<>(new ModeFile(path), home, loaded, new DataVersion(0, 0, 0)));
    }

    /** What was set; null when nothing was. */
    @Nullable
    RequestModeBody find(String topic, String group) {
        return table.find(topic + SEPARATOR + group);
    }

    /** What nobody set. */
    RequestModeBody byDefault(String topic, String group) {
        return new RequestModeBody(topic, group, config.mode().name(), config.shareQueues());
    }

    CompletableFuture<RequestModeBody> set(RequestModeBody mode) {
        return table.change(mode.topic() + SEPARATOR + mode.consumerGroup(), current -> mode, change -> mode);
    }

    private record ModeFile(Path path) implements TableFile<RequestModeBody> {

        @Override
        public byte[] encode(Map<String, RequestModeBody> entries, DataVersion version) {
            Map<String, Map<String, RequestModeBody>> topics = new TreeMap<>();
            entries.values()
                    .forEach(mode -> topics.computeIfAbsent(mode.topic(), topic -> new TreeMap<>())
                            .put(mode.consumerGroup(), mode));
            return Json.pretty(Map.of(MAP, topics)).getBytes(StandardCharsets.UTF_8);
        }
    }
}
