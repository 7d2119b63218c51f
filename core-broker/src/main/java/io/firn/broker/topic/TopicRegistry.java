package io.firn.broker.topic;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of this broker, kept in {@code topics.json}. Look-ups are for any thread and allocate nothing. A change is
 * on disk before it is visible; its future completes on {@code firn-control} and fails with {@link RequestException}
 * (bad wish), or {@link StorageException} (not written). When too much waits, a change throws {@link BusyException}.
 */
public final class TopicRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRegistry.class);

    /** Replaced by {@link #adopt}. */
    private volatile TopicsConfig config;

    private final SystemTopics system;
    private final DurableTable<Topic> table;
    private final AddedRules added = new AddedRules();

    private TopicRegistry(TopicsConfig config, SystemTopics system, DurableTable<Topic> table) {
        this.config = config;
        this.system = system;
        this.table = table;
    }

    /**
     * Reads {@code topics.json} and adds the broker's own topics that are missing. Blocks on the disk.
     *
     * @throws StorageException naming the file when it is broken or can not be written
     */
    public static TopicRegistry open(TopicsConfig config, ConfigHome home) {
        SystemTopics system = new SystemTopics(config);
        TopicsFile file = TopicsFile.read(home.directory());
        Map<String, Topic> topics = new HashMap<>(file.loaded());
        DataVersion version = file.version();
        int before = topics.size();
        system.topics().forEach(topic -> topics.putIfAbsent(topic.name(), topic));
        if (topics.size() > before) {
            version = new DataVersion(version.stateVersion(), home.clock().millis(), version.counter() + 1);
            AtomicFile.write(file.path(), file.encode(new TreeMap<>(topics), version));
        }
        DurableTable<Topic> table = new DurableTable<>(file, home, topics, version);
        home.metrics()
                .gauge(
                        "firn_topic_topics",
                        "Topics of this broker, its own included.",
                        () -> table.all().size());
        return new TopicRegistry(config, system, table);
    }

    /**
     * Goes by these settings from now on, as far as {@link TopicsConfig#LIVE} names them; the template is created when
     * topics may be created after it. Any thread.
     */
    public void adopt(TopicsConfig changed) {
        config = changed;
        if (changed.autoCreate()) {
            var _ = ensure(SystemTopics.template(changed.defaultQueues())).whenComplete((topic, failure) -> {
                if (failure != null) {
                    LOG.error("the template topic {} could not be created", TopicName.TEMPLATE, failure);
                }
            });
        }
    }

    /** The topic, null when it does not exist. */
    public @Nullable Topic find(String name) {
        return table.find(name);
    }

    /**
     * The topic.
     *
     * @throws RequestException TOPIC_NOT_EXIST
     */
    public Topic required(String name) {
        Topic topic = table.find(name);
        if (topic == null) {
            throw notExisting(name);
        }
        return topic;
    }

    /** All topics by name: a live view. */
    public Map<String, Topic> all() {
        return table.all();
    }

    /** Rises with each change. */
    public DataVersion version() {
        return table.version();
    }

    /** Whether the topic belongs to the broker: users neither create nor delete it. */
    public boolean isSystem(String name) {
        return TopicName.isSystem(name) || system.contains(name);
    }

    /** Attributes and checks that others add. */
    public AddedRules added() {
        return added;
    }

    /** Adds a listener. While wiring only. */
    public void onChange(TopicListener listener) {
        table.onChange(listener::onChange);
    }

    /** Creates or replaces a topic, attributes included. */
    public CompletableFuture<Topic> put(Topic topic) {
        return table.change(
                topic.name(),
                current -> {
                    TopicRules.check(topic);
                    return TopicRules.checked(current, topic, added);
                },
                change -> topic);
    }

    /** Creates or replaces a topic; its attributes are the present ones, none for a new topic, after the update. */
    public CompletableFuture<Topic> put(Topic topic, AttributeUpdate update) {
        return table.change(
                topic.name(),
                current -> {
                    TopicRules.check(topic);
                    Topic after = topic.withAttributes(
                            current == null
                                    ? TopicRules.initial(update, added)
                                    : TopicRules.altered(current.attributes(), update, added));
                    return TopicRules.checked(current, after, added);
                },
                TopicRegistry::present);
    }

    /** Creates the topic unless there is one of its name; gives the one that is there afterwards. */
    public CompletableFuture<Topic> ensure(Topic wanted) {
        Topic existing = table.find(wanted.name());
        if (existing != null) {
            return CompletableFuture.completedFuture(existing);
        }
        return table.change(
                wanted.name(),
                current -> {
                    TopicRules.check(wanted);
                    return current == null ? TopicRules.checked(null, wanted, added) : current;
                },
                TopicRegistry::present);
    }

    /**
     * Creates a topic because a message for it came, after a template topic: as many queues as wanted but not more
     * than the template's, its permissions without inheritance. A retry topic needs no template and gets one queue; its
     * caller has checked the group. Fails with TOPIC_NOT_EXIST when the template does not allow it.
     *
     * @param template the topic the producer names, normally {@link TopicName#TEMPLATE}
     */
    public CompletableFuture<Topic> createFrom(String name, @Nullable String template, int wantedQueues) {
        if (TopicName.isRetry(name)) {
            return ensure(Topic.of(name, 1, Topic.READ | Topic.WRITE));
        }
        Topic model = template == null ? null : table.find(template);
        boolean switchedOff = TopicName.TEMPLATE.equals(template) && !config.autoCreate();
        if (model == null || switchedOff || !model.inherited()) {
            Topic existing = table.find(name);
            return existing != null
                    ? CompletableFuture.completedFuture(existing)
                    : CompletableFuture.failedFuture(notExisting(name));
        }
        int queues = Math.max(1, Math.min(wantedQueues, model.writeQueues()));
        int perm = model.perm() & ~Topic.INHERIT;
        return ensure(new Topic(name, queues, queues, perm, model.filterType(), model.sysFlag(), false, Map.of()));
    }

    /** Removes a topic and gives what it was, null when there was none. System topics are refused. */
    public CompletableFuture<@Nullable Topic> delete(String name) {
        if (isSystem(name)) {
            return CompletableFuture.failedFuture(new RequestException(
                    ResponseCode.INVALID_PARAMETER, "topic " + name + " belongs to the broker and cannot be deleted"));
        }
        return table.<@Nullable Topic>change(name, current -> null, TableChange::before);
    }

    /** Completes when every change asked for so far is on disk. */
    public CompletableFuture<?> settled() {
        return table.settled();
    }

    private static Topic present(TableChange<Topic> change) {
        Topic after = change.after();
        if (after == null) {
            throw new IllegalStateException("topic " + change.name() + " is absent after it was put");
        }
        return after;
    }

    private static RequestException notExisting(String name) {
        return new RequestException(ResponseCode.TOPIC_NOT_EXIST, "topic[" + name + "] not exist, apply first please!");
    }
}
