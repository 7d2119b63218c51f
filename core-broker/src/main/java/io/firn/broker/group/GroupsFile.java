package io.firn.broker.group;

import io.firn.broker.topic.ConfigFields;
import io.firn.broker.topic.TableFile;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code subscriptionGroup.json} in RocketMQ's shape; fields unknown here are written back as they were read.
 *
 * <pre>
 * {"dataVersion":{"counter":n,"stateVersion":n,"timestamp":ms},
 *  "forbiddenTable":{"G":{"T":4}},
 *  "subscriptionGroupTable":{"G":{"groupName":"G","consumeEnable":true, ...}}}
 * </pre>
 */
final class GroupsFile implements TableFile<GroupConfig> {

    static final String NAME = "subscriptionGroup.json";

    private static final String TABLE = "subscriptionGroupTable";
    private static final String FORBIDDEN = "forbiddenTable";

    private static final Set<String> KNOWN = Arrays.stream(SubscriptionGroupBody.class.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toUnmodifiableSet());

    private final Path path;
    private final Map<String, GroupConfig> loaded = new HashMap<>();
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, @Nullable Object> forbiddenOfUnknownGroups = new HashMap<>();
    private final DataVersion version;
    private final Map<String, @Nullable Object> unknown;

    /** What the file said about a group, and what was understood of it. */
    private record Entry(SubscriptionGroupBody body, Map<String, @Nullable Object> fields) {}

    private GroupsFile(Path path, ConfigFields root) {
        this.path = path;
        ConfigFields table = root.object(TABLE);
        ConfigFields forbidden = root.object(FORBIDDEN);
        for (String name : table.names()) {
            Map<String, Integer> bits = new HashMap<>();
            ConfigFields ofGroup = forbidden.object(name);
            ofGroup.names().forEach(topic -> bits.put(topic, ofGroup.integer(topic, 0)));
            Entry entry = entry(name, table);
            entries.put(name, entry);
            loaded.put(name, new GroupConfig(entry.body(), bits));
        }
        forbiddenOfUnknownGroups.putAll(forbidden.rest());
        this.version = root.version();
        this.unknown = root.rest();
    }

    /** Reads the file in this directory; a missing one has no groups. */
    static GroupsFile read(Path directory) {
        Path path = directory.resolve(NAME);
        return new GroupsFile(path, ConfigFields.read(path));
    }

    /** Fields that are absent, as in files of older versions, have their defaults. */
    private static Entry entry(String name, ConfigFields table) {
        Map<String, @Nullable Object> fields = table.object(name).rest();
        Map<String, @Nullable Object> complete = new LinkedHashMap<>(fields);
        complete.putIfAbsent("groupName", name);
        SubscriptionGroupBody body;
        try {
            body = Json.decode(Json.encode(complete), SubscriptionGroupBody.class);
        } catch (RequestException e) {
            throw table.wrong(name, fields, "the settings of a group (" + e.getMessage() + ")");
        }
        if (!name.equals(body.groupName())) {
            throw table.wrong(name + ".groupName", body.groupName(), "the name the entry stands under");
        }
        return new Entry(body, fields);
    }

    Map<String, GroupConfig> loaded() {
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
    public byte[] encode(Map<String, GroupConfig> groups, DataVersion newVersion) {
        Map<String, @Nullable Object> table = new LinkedHashMap<>();
        Map<String, @Nullable Object> forbidden = new TreeMap<>(forbiddenOfUnknownGroups);
        groups.forEach((name, group) -> {
            table.put(name, entry(group));
            if (!group.forbidden().isEmpty()) {
                forbidden.put(name, new TreeMap<>(group.forbidden()));
            }
        });
        Map<String, @Nullable Object> root = new LinkedHashMap<>();
        root.put("dataVersion", newVersion);
        root.put(FORBIDDEN, forbidden);
        root.put(TABLE, table);
        root.putAll(unknown);
        return Json.pretty(root).getBytes(StandardCharsets.UTF_8);
    }

    /** An unchanged group is written as it was read, a changed one keeps the fields that are unknown here. */
    private Object entry(GroupConfig group) {
        Entry entry = entries.get(group.name());
        if (entry == null) {
            return group.body();
        }
        if (entry.body().equals(group.body())) {
            return entry.fields();
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(entry.fields());
        fields.keySet().removeAll(KNOWN);
        fields.putAll(fieldsOf(group.body()));
        return fields;
    }

    private static Map<String, @Nullable Object> fieldsOf(SubscriptionGroupBody body) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Map<?, ?> decoded = Json.decode(Json.encode(body), Map.class);
        decoded.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return fields;
    }
}
