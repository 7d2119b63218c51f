package io.firn.broker.plugin.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.Offsets;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.spi.topic.Group;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;

/** The broker's consumer groups as plugins see them. Any thread. */
public final class Groups implements GroupView {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final GroupCoordinator groups;
    private final ToLongFunction<QueueRef> ends;
    private final Topics.Following following;

    /** @param ends the offset after a queue's last message; 0 for a queue that is not there */
    public Groups(GroupCoordinator groups, ToLongFunction<QueueRef> ends, Topics.Following following) {
        this.groups = groups;
        this.ends = ends;
        this.following = following;
    }

    @Override
    public Collection<Group> all() {
        return groups.configs().all().values().stream().map(Groups::toSpi).toList();
    }

    private static Group toSpi(GroupConfig config) {
        Map<String, String> settings = new HashMap<>();
        try {
            JsonNode tree = MAPPER.readTree(Json.encode(config.body()));
            tree.properties()
                    .forEach(field ->
                            settings.put(field.getKey(), field.getValue().toString()));
        } catch (IOException e) {
            throw new IllegalStateException("a body of ours is no JSON", e);
        }
        return new Group(config.name(), settings);
    }

    @Override
    public OptionalLong committed(String group, QueueRef queue) {
        Long offset = groups.offsets().of(group, queue.topic()).get(queue.queueId());
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    @Override
    public Map<QueueRef, Long> committed(String group) {
        Offsets offsets = groups.offsets();
        Map<QueueRef, Long> all = new HashMap<>();
        for (String topic : offsets.topicsOf(group)) {
            offsets.of(group, topic).forEach((queue, offset) -> all.put(new QueueRef(topic, queue), offset));
        }
        return all;
    }

    @Override
    public CompletionStage<Void> restore(Group group, Map<QueueRef, Long> offsets) {
        Map<QueueRef, Long> wanted = Map.copyOf(offsets);
        SubscriptionGroupBody body;
        try {
            body = body(group);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(unusable(group, e));
        }
        CompletableFuture<?> made = groups.configs().find(group.name()) == null
                ? groups.configs().put(body)
                : CompletableFuture.completedFuture(body);
        return made.thenCompose(done -> {
                    wanted.forEach((queue, offset) -> restore(group.name(), queue, offset));
                    return groups.settled();
                })
                .thenAccept(done -> {
                    // nothing to give: it is on disk
                });
    }

    @Override
    public CompletionStage<Void> follow(Group group, Map<QueueRef, Long> offsets) {
        if (following == Topics.Following.FORBIDDEN) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the groups of this broker are its own: it is not read-only"));
        }
        Map<QueueRef, Long> wanted = Map.copyOf(offsets);
        GroupConfig existing = groups.configs().find(group.name());
        CompletableFuture<?> made;
        try {
            made = existing != null && toSpi(existing).equals(group)
                    ? CompletableFuture.completedFuture(existing)
                    : groups.configs().put(body(group));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(unusable(group, e));
        }
        return made.thenCompose(done -> {
                    wanted.forEach((queue, offset) -> follow(group.name(), queue, offset));
                    return groups.settled();
                })
                .thenAccept(done -> {
                    // nothing to give: it is on disk
                });
    }

    private void follow(String group, QueueRef queue, long offset) {
        long cut = Math.min(offset, ends.applyAsLong(queue));
        if (committed(group, queue).orElse(-1) != cut) {
            groups.offsets().commit(group, queue.topic(), queue.queueId(), cut);
        }
    }

    private void restore(String group, QueueRef queue, long offset) {
        if (committed(group, queue).isEmpty()) {
            groups.offsets().commit(group, queue.topic(), queue.queueId(), Math.min(offset, ends.applyAsLong(queue)));
        }
    }

    private static IllegalArgumentException unusable(Group group, RuntimeException why) {
        return new IllegalArgumentException(
                "the settings of group " + group.name() + " can not be used: " + why.getMessage(), why);
    }

    private static SubscriptionGroupBody body(Group group) {
        ObjectNode tree = MAPPER.createObjectNode();
        try {
            for (Map.Entry<String, String> setting : group.settings().entrySet()) {
                tree.set(setting.getKey(), MAPPER.readTree(setting.getValue()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        tree.put("groupName", group.name());
        return Json.decode(tree.toString().getBytes(StandardCharsets.UTF_8), SubscriptionGroupBody.class);
    }
}
