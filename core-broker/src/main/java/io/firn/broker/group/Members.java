package io.firn.broker.group;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.server.Connection;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumerBody;
import io.firn.broker.wire.body.HeartbeatBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that are connected: consumers and producers by group. Look-ups are for any thread, see immutable values
 * and allocate nothing where it says so. Whatever changes is posted to {@code firn-control}, which owns it; when too
 * much waits there, a {@link BusyException} is thrown.
 */
public final class Members {

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private static final Duration SWEEP_PERIOD = Duration.ofSeconds(10);

    /** topicSysFlag bit of a retry topic whose group is deployed in units. */
    private static final int UNIT_SUBSCRIPTION = 2;

    /** Decides which members are dropped. */
    @FunctionalInterface
    interface Leaving {
        boolean leaves(Member member);
    }

    private final ConfigHome home;
    private final Duration timeout;
    private final GroupConfigs configs;
    private final TopicRegistry topics;
    private final ConsumerTable consumers;
    private final ProducerTable producers = new ProducerTable();

    private Members(
            ConfigHome home, Duration timeout, GroupConfigs configs, TopicRegistry topics, ConsumerTable consumers) {
        this.home = home;
        this.timeout = timeout;
        this.configs = configs;
        this.topics = topics;
        this.consumers = consumers;
    }

    static Members open(
            GroupsConfig config, ConfigHome home, GroupConfigs configs, TopicRegistry topics, ConsumerTable consumers) {
        Members members = new Members(home, config.clientTimeout(), configs, topics, consumers);
        home.control().every(SWEEP_PERIOD, members::sweep);
        home.metrics()
                .gauge(
                        "firn_group_consumer_groups",
                        "Consumer groups with connected members.",
                        () -> consumers.all().size());
        return members;
    }

    /** The group with its connected members, null when none is. Allocates nothing. */
    public @Nullable ConsumerGroup consumers(String group) {
        return consumers.find(group);
    }

    /** All consumer groups with connected members: a live view. */
    public Map<String, ConsumerGroup> consumers() {
        return consumers.all();
    }

    /** What the group wants of the topic; null when it has no member or did not subscribe. Allocates nothing. */
    public @Nullable Subscription subscription(String group, String topic) {
        ConsumerGroup found = consumers.find(group);
        return found == null ? null : found.subscription(topic);
    }

    /** Client ids of the group's members, each once. */
    public List<String> ids(String group) {
        ConsumerGroup found = consumers.find(group);
        return found == null ? List.of() : found.clientIds();
    }

    /** The group's connected producers. */
    public List<Member> producers(String group) {
        return producers.of(group);
    }

    /** Where a producer is connected, whatever its groups; null when it is not. Allocates nothing. */
    public @Nullable Connection producer(String clientId) {
        List<Member> memberships = producers.ofClient(clientId);
        for (int i = 0; i < memberships.size(); i++) {
            Connection connection = memberships.get(i).link().connection();
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    /** Names of the producer groups with connected members, sorted. */
    public Set<String> producerGroups() {
        return producers.names();
    }

    /**
     * Takes a client's heartbeat. Groups and their retry topics are created first where that is allowed; a group that
     * can not be created is left out. Completes on {@code firn-control} when look-ups show it.
     *
     * @throws RequestException INVALID_PARAMETER when the body names no client
     */
    public CompletableFuture<?> heartbeat(ClientLink link, HeartbeatBody body) {
        if (body.clientID().isBlank()) {
            throw new RequestException(ResponseCode.INVALID_PARAMETER, "the heartbeat's body has no clientID");
        }
        List<CompletableFuture<?>> creating = new ArrayList<>();
        for (ConsumerBody consumer : body.consumerDataSet()) {
            if (!isPrepared(consumer)) {
                creating.add(prepare(consumer));
            }
        }
        if (creating.isEmpty()) {
            return home.control().submit(() -> take(link, body));
        }
        return CompletableFuture.allOf(creating.toArray(CompletableFuture[]::new))
                .thenCompose(ready -> home.control().submit(() -> take(link, body)));
    }

    private boolean isPrepared(ConsumerBody consumer) {
        GroupConfig group = configs.find(consumer.groupName());
        return group != null && (group.retryQueues() <= 0 || topics.find(group.retryTopic()) != null);
    }

    /** Never fails: a group without settings is left out later. */
    private CompletableFuture<?> prepare(ConsumerBody consumer) {
        return configs.ensure(consumer.groupName())
                .thenCompose(group -> retryTopic(group, consumer))
                .handle((topic, failure) -> {
                    if (failure != null) {
                        report(consumer, failure.getCause() == null ? failure : failure.getCause());
                    }
                    return consumer;
                });
    }

    /** A refusal comes again with each heartbeat and is the client's affair; a file that can not be written is ours. */
    private static void report(ConsumerBody consumer, Throwable cause) {
        if (cause instanceof RequestException) {
            LOG.debug("group {} is left out: {}", consumer.groupName(), cause.getMessage());
        } else {
            LOG.warn("group {} is left out: {}", consumer.groupName(), cause.getMessage());
        }
    }

    private CompletableFuture<?> retryTopic(GroupConfig group, ConsumerBody consumer) {
        if (group.retryQueues() <= 0) {
            return CompletableFuture.completedFuture(group);
        }
        Topic retry = Topic.retryOf(group.name(), group.retryQueues()).withOrder(readsInOrder(consumer));
        return topics.ensure(consumer.unitMode() ? retry.withSysFlag(UNIT_SUBSCRIPTION) : retry);
    }

    /** A retry topic is an ordered one when its group reads an ordered topic. */
    private boolean readsInOrder(ConsumerBody consumer) {
        return consumer.subscriptionDataSet().stream()
                .map(subscription -> topics.find(subscription.topic()))
                .anyMatch(topic -> topic != null && topic.order());
    }

    /** On control. A client that hung up meanwhile is not taken: nobody would remove it again. */
    private boolean take(ClientLink link, HeartbeatBody body) {
        if (!link.connection().isOpen()) {
            return false;
        }
        Arrival arrival = new Arrival(
                body.clientID(), link, home.clock().millis(), home.clock().nanos());
        body.producerDataSet().forEach(producer -> producers.seen(arrival, producer.groupName()));
        for (ConsumerBody consumer : body.consumerDataSet()) {
            if (configs.find(consumer.groupName()) != null) {
                consumers.seen(arrival, consumer);
            }
        }
        return true;
    }

    /** A client leaves a producer group, a consumer group or both. Completes on {@code firn-control}. */
    public CompletableFuture<?> unregister(
            Connection connection, String clientId, @Nullable String producerGroup, @Nullable String consumerGroup) {
        MemberKey key = new MemberKey(connection, clientId);
        return home.control().submit(() -> {
            if (producerGroup != null) {
                producers.remove(key, producerGroup);
            }
            if (consumerGroup != null) {
                consumers.remove(key, consumerGroup);
            }
            return key;
        });
    }

    /** The clients of this connection are gone. Any thread, never throws. */
    public void connectionClosed(Connection connection) {
        try {
            home.control().execute(() -> {
                producers.removeConnection(connection);
                consumers.removeConnection(connection);
            });
        } catch (BusyException e) {
            LOG.debug("{}: the next sweep finds that {} is closed", e.getMessage(), connection.remoteAddress());
        }
    }

    /** On control: drops who is silent or disconnected, and closes connections on which nobody is left. */
    private void sweep() {
        long now = home.clock().nanos();
        Set<Connection> touched = new HashSet<>();
        Leaving leaving = member -> {
            boolean leaves = member.silentNanos(now) > timeout.toNanos()
                    || !member.link().connection().isOpen();
            if (leaves) {
                touched.add(member.link().connection());
            }
            return leaves;
        };
        producers.sweep(leaving);
        consumers.sweep(leaving);
        for (Connection connection : touched) {
            if (!producers.has(connection) && !consumers.has(connection)) {
                connection.close("no heartbeat for " + timeout.toSeconds() + " s");
            }
        }
    }
}
