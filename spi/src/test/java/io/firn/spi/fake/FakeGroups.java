package io.firn.spi.fake;

import io.firn.spi.topic.Group;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.QueueRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Groups and offsets in memory. Any thread. */
public final class FakeGroups implements GroupView {

    private final Map<String, Group> groups = new ConcurrentHashMap<>();
    private final Map<String, Map<QueueRef, Long>> offsets = new ConcurrentHashMap<>();

    /** The group commits an offset. */
    public void commit(String group, QueueRef queue, long offset) {
        groups.putIfAbsent(group, new Group(group, Map.of()));
        offsets.computeIfAbsent(group, g -> new ConcurrentHashMap<>()).put(queue, offset);
    }

    @Override
    public Collection<Group> all() {
        return List.copyOf(groups.values());
    }

    @Override
    public OptionalLong committed(String group, QueueRef queue) {
        Long offset = committed(group).get(queue);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    @Override
    public Map<QueueRef, Long> committed(String group) {
        return Map.copyOf(offsets.getOrDefault(group, Map.of()));
    }

    @Override
    public CompletionStage<Void> restore(Group group, Map<QueueRef, Long> restored) {
        groups.putIfAbsent(group.name(), group);
        Map<QueueRef, Long> there = offsets.computeIfAbsent(group.name(), g -> new ConcurrentHashMap<>());
        restored.forEach(there::putIfAbsent);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> follow(Group group, Map<QueueRef, Long> followed) {
        groups.put(group.name(), group);
        offsets.put(group.name(), new ConcurrentHashMap<>(followed));
        return CompletableFuture.completedFuture(null);
    }
}
