package io.firn.spi.fake;

import io.firn.spi.contract.Registration;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicChange;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import io.firn.spi.topic.TopicListener;
import io.firn.spi.topic.TopicView;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Topics in memory; listeners are told on the thread that makes the change. Any thread. */
public final class FakeTopics implements TopicView {

    private final Map<String, Topic> topics = new ConcurrentSkipListMap<>();
    private final List<TopicListener> listeners = new CopyOnWriteArrayList<>();

    /** An ordinary topic; its incarnation follows from its name. */
    public static Topic topic(String name, int queues) {
        UUID incarnation = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new Topic(name, TopicKind.NORMAL, TopicLayout.of(queues), Map.of(), incarnation);
    }

    /** Makes or changes a topic. */
    public void put(Topic topic) {
        Topic before = topics.put(topic.name(), topic);
        tell(before == null ? new TopicChange.Created(topic) : new TopicChange.Altered(before, topic));
    }

    /** Deletes a topic that is there. */
    public void delete(String name) {
        Topic before = topics.remove(name);
        if (before != null) {
            tell(new TopicChange.Deleted(before));
        }
    }

    @Override
    public Optional<Topic> get(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    @Override
    public Collection<Topic> all() {
        return List.copyOf(topics.values());
    }

    @Override
    public Registration onChange(TopicListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Topic> createIfAbsent(Topic topic) {
        if (!topics.containsKey(topic.name())) {
            put(topic);
        }
        return CompletableFuture.completedFuture(topics.get(topic.name()));
    }

    @Override
    public CompletionStage<Void> follow(Collection<Topic> followed) {
        followed.stream()
                .filter(topic -> !topic.equals(topics.get(topic.name())))
                .forEach(this::put);
        List<String> names = followed.stream().map(Topic::name).toList();
        topics.values().stream()
                .filter(topic -> topic.kind() == TopicKind.NORMAL && !names.contains(topic.name()))
                .forEach(topic -> delete(topic.name()));
        return CompletableFuture.completedFuture(null);
    }

    private void tell(TopicChange change) {
        listeners.forEach(listener -> listener.onChange(change));
    }
}
