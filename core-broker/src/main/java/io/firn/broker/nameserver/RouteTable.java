package io.firn.broker.nameserver;

import io.firn.broker.runtime.Clock;
import io.firn.broker.server.Connection;
import io.firn.broker.wire.body.BrokerRoute;
import io.firn.broker.wire.body.ClusterBody;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.QueueRoute;
import io.firn.broker.wire.body.TopicConfigTable;
import io.firn.broker.wire.body.TopicRouteBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which broker serves which topic. In memory only: brokers tell it again and again. Owner: {@code firn-control}. */
final class RouteTable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

    private final Clock clock;
    private final Map<String, BrokerGroup> groups = new TreeMap<>();
    /** By address. */
    private final Map<String, LiveBroker> brokers = new HashMap<>();

    RouteTable(Clock clock) {
        this.clock = clock;
    }

    /**
     * A broker says it is there and what it serves. Another process with the same name and id and an older version is
     * ignored.
     */
    void register(Registration from, Connection connection, TopicConfigTable topics, long timeoutNanos) {
        LiveBroker known = brokers.get(from.brokerAddress());
        if (known != null && !known.registration().brokerName().equals(from.brokerName())) {
            remove(known, "its address belongs to broker " + from.brokerName() + " now");
        }
        BrokerGroup group =
                groups.computeIfAbsent(from.brokerName(), name -> new BrokerGroup(from.clusterName(), name));
        String claimed = group.addresses().get(from.brokerId());
        if (claimed != null && !claimed.equals(from.brokerAddress()) && isOlder(topics.dataVersion(), claimed)) {
            LOG.warn("ignored {}: {} already is broker {} of {}", from, claimed, from.brokerId(), from.brokerName());
            return;
        }
        group.addresses().values().remove(from.brokerAddress());
        group.addresses().put(from.brokerId(), from.brokerAddress());
        if (from.brokerId() == lowestId(group)) {
            group.serve(topics.topicConfigTable());
        }
        LiveBroker before = brokers.put(
                from.brokerAddress(),
                new LiveBroker(from, connection, topics.dataVersion(), clock.nanos(), timeoutNanos));
        if (before == null) {
            LOG.info(
                    "registered {} with {} topics",
                    from,
                    topics.topicConfigTable().size());
        }
    }

    private boolean isOlder(@Nullable DataVersion version, String claimedBy) {
        LiveBroker holder = brokers.get(claimedBy);
        DataVersion held = holder == null ? null : holder.version();
        return version != null && held != null && version.stateVersion() < held.stateVersion();
    }

    private static long lowestId(BrokerGroup group) {
        return group.addresses().keySet().iterator().next();
    }

    /** A broker says goodbye. */
    void unregister(Registration from) {
        LiveBroker live = brokers.get(from.brokerAddress());
        if (live != null) {
            remove(live, "it unregistered");
        }
    }

    /** The connection a broker registered over is gone, and so is the broker. */
    void connectionClosed(Connection connection) {
        for (LiveBroker live : List.copyOf(brokers.values())) {
            if (live.connection().equals(connection)) {
                remove(live, "its connection closed");
            }
        }
    }

    /** Forgets brokers that said nothing for longer than their time-out. */
    void dropSilent() {
        long now = clock.nanos();
        for (LiveBroker live : List.copyOf(brokers.values())) {
            if (live.isSilent(now)) {
                remove(live, "it was silent for too long");
            }
        }
    }

    private void remove(LiveBroker live, String reason) {
        Registration gone = live.registration();
        brokers.remove(gone.brokerAddress());
        LOG.info("removed {}: {}", gone, reason);
        BrokerGroup group = groups.get(gone.brokerName());
        if (group != null) {
            group.addresses().remove(gone.brokerId(), gone.brokerAddress());
            if (group.addresses().isEmpty()) {
                groups.remove(gone.brokerName());
            }
        }
    }

    /** Notes a word of a broker; returns the version of its topics as known here, null when it is not registered. */
    @Nullable
    DataVersion heardOf(String address) {
        LiveBroker live = brokers.get(address);
        if (live == null) {
            return null;
        }
        brokers.put(address, live.seenAt(clock.nanos()));
        return live.version();
    }

    /** Where a topic is, null when nobody serves it. */
    @Nullable
    TopicRouteBody route(String topic, @Nullable String orderConfig) {
        List<QueueRoute> queues = new ArrayList<>();
        List<BrokerRoute> routes = new ArrayList<>();
        for (BrokerGroup group : groups.values()) {
            QueueRoute served = group.queues(topic);
            if (served != null) {
                queues.add(served);
                routes.add(group.route());
            }
        }
        return queues.isEmpty() ? null : new TopicRouteBody(orderConfig, queues, routes, Map.of());
    }

    ClusterBody clusters() {
        Map<String, BrokerRoute> routes = new TreeMap<>();
        Map<String, List<String>> clusters = new TreeMap<>();
        groups.forEach((name, group) -> {
            routes.put(name, group.route());
            clusters.computeIfAbsent(group.cluster(), cluster -> new ArrayList<>())
                    .add(name);
        });
        return new ClusterBody(routes, clusters);
    }

    /** Topics whose system flags, at one broker at least, are such. */
    List<String> topicsWith(IntPredicate flags) {
        TreeSet<String> found = new TreeSet<>();
        for (BrokerGroup group : groups.values()) {
            for (String topic : group.topics()) {
                QueueRoute queues = group.queues(topic);
                if (queues != null && flags.test(queues.topicSysFlag())) {
                    found.add(topic);
                }
            }
        }
        return List.copyOf(found);
    }

    List<String> topics() {
        TreeSet<String> all = new TreeSet<>();
        groups.values().forEach(group -> group.topics().forEach(all::add));
        return List.copyOf(all);
    }

    List<String> topicsOf(String cluster) {
        TreeSet<String> all = new TreeSet<>();
        groups.values().stream()
                .filter(group -> group.cluster().equals(cluster))
                .forEach(group -> group.topics().forEach(all::add));
        return List.copyOf(all);
    }

    /** Names of clusters and brokers, which are topics too. */
    List<String> systemTopics() {
        TreeSet<String> all = new TreeSet<>(groups.keySet());
        groups.values().forEach(group -> all.add(group.cluster()));
        return List.copyOf(all);
    }

    /** Address of some broker, null when there is none. */
    @Nullable
    String anyAddress() {
        Iterator<String> addresses = brokers.keySet().iterator();
        return addresses.hasNext() ? addresses.next() : null;
    }

    Map<Long, String> members(String brokerName) {
        BrokerGroup group = groups.get(brokerName);
        return group == null ? Map.of() : new TreeMap<>(group.addresses());
    }

    /** Forgets a topic, in one cluster or everywhere. */
    void deleteTopic(String topic, @Nullable String cluster) {
        for (BrokerGroup group : groups.values()) {
            if (cluster == null || group.cluster().equals(cluster)) {
                group.drop(topic);
            }
        }
    }

    /** Adds queues of a topic to brokers that are registered. */
    void putTopic(String topic, List<QueueRoute> queues) {
        for (QueueRoute route : queues) {
            BrokerGroup group = groups.get(route.brokerName());
            if (group != null) {
                group.put(route, topic);
            }
        }
    }

    int setWritable(String brokerName, BrokerGroup.Writing writing) {
        BrokerGroup group = groups.get(brokerName);
        return group == null ? 0 : group.setWritable(writing);
    }
}
