package io.firn.broker.topic;

import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code topics.json} in RocketMQ's shape; fields unknown here are written back as they were read.
 *
 * <pre>
 * {"dataVersion":{"counter":n,"stateVersion":n,"timestamp":ms},
 *  "topicConfigTable":{"T":{"attributes":{},"order":false,"perm":6,"readQueueNums":4,"topicFilterType":"SINGLE_TAG",
 *                           "topicName":"T","topicSysFlag":0,"writeQueueNums":4}}}
 * </pre>
 */
final class TopicsFile implements TableFile<Topic> {

    static final String NAME = "topics.json";

    private static final String TABLE = "topicConfigTable";

    private final Path path;
    private final Map<String, Topic> loaded;
    private final DataVersion version;
    private final Map<String, @Nullable Object> unknown;
    private final Map<String, Map<String, @Nullable Object>> unknownOfTopic;

    private TopicsFile(
            Path path,
            Map<String, Topic> loaded,
            DataVersion version,
            Map<String, @Nullable Object> unknown,
            Map<String, Map<String, @Nullable Object>> unknownOfTopic) {
        this.path = path;
        this.loaded = loaded;
        this.version = version;
        this.unknown = unknown;
        this.unknownOfTopic = unknownOfTopic;
    }

    /** Reads the file in this directory; a missing one has no topics. */
    static TopicsFile read(Path directory) {
        Path path = directory.resolve(NAME);
        ConfigFields root = ConfigFields.read(path);
        Map<String, Topic> topics = new HashMap<>();
        Map<String, Map<String, @Nullable Object>> unknown = new HashMap<>();
        ConfigFields table = root.object(TABLE);
        for (String name : table.names()) {
            ConfigFields fields = table.object(name);
            topics.put(name, topic(name, fields));
            Map<String, @Nullable Object> rest = fields.rest();
            if (!rest.isEmpty()) {
                unknown.put(name, rest);
            }
        }
        return new TopicsFile(path, topics, root.version(), root.rest(), unknown);
    }

    private static Topic topic(String name, ConfigFields fields) {
        Topic topic = new Topic(
                fields.text("topicName", name),
                fields.integer("readQueueNums", 16),
                fields.integer("writeQueueNums", 16),
                fields.integer("perm", Topic.READ | Topic.WRITE),
                fields.choice("topicFilterType", FilterType.SINGLE_TAG),
                fields.integer("topicSysFlag", 0),
                fields.flag("order", false),
                fields.object("attributes").texts());
        if (!topic.name().equals(name)) {
            throw fields.wrong("topicName", topic.name(), "the name the entry stands under");
        }
        if (topic.readQueues() < 0 || topic.readQueues() > TopicRules.MAX_QUEUES) {
            throw fields.wrong("readQueueNums", topic.readQueues(), "0.." + TopicRules.MAX_QUEUES);
        }
        if (topic.writeQueues() < 0 || topic.writeQueues() > TopicRules.MAX_QUEUES) {
            throw fields.wrong("writeQueueNums", topic.writeQueues(), "0.." + TopicRules.MAX_QUEUES);
        }
        return topic;
    }

    Map<String, Topic> loaded() {
        return loaded;
    }

    DataVersion version() {
        return version;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public byte[] encode(Map<String, Topic> topics, DataVersion version) {
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        topics.forEach((name, topic) -> table.put(name, fields(topic)));
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        root.put("dataVersion", version);
        root.put(TABLE, table);
        root.putAll(unknown);
        return Json.pretty(root).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, @Nullable Object> fields(Topic topic) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("attributes", topic.attributes());
        fields.put("order", topic.order());
        fields.put("perm", topic.perm());
        fields.put("readQueueNums", topic.readQueues());
        fields.put("topicFilterType", topic.filterType().name());
        fields.put("topicName", topic.name());
        fields.put("topicSysFlag", topic.sysFlag());
        fields.put("writeQueueNums", topic.writeQueues());
        fields.putAll(unknownOfTopic.getOrDefault(topic.name(), Map.of()));
        return fields;
    }
}
