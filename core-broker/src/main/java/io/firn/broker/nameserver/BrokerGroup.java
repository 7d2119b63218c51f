package io.firn.broker.nameserver;

import io.firn.broker.wire.body.BrokerRoute;
import io.firn.broker.wire.body.QueueRoute;
import io.firn.broker.wire.body.TopicConfigBody;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A primary and its replicas: their addresses and the queues they serve. Owner: {@code firn-control}. */
final class BrokerGroup {

    private static final int WRITE = 2;
    private static final int READ = 4;

    private final String cluster;
    private final String name;
    private final Map<Long, String> addresses = new TreeMap<>();
    private final Map<String, QueueRoute> queues = new HashMap<>();
    /** What an operator decided for all topics; outlives the broker's next registrations. */
    private Writing writing = Writing.ALLOWED;

    BrokerGroup(String cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    String cluster() {
        return cluster;
    }

    Map<Long, String> addresses() {
        return addresses;
    }

    boolean hasTopic(String topic) {
        return queues.containsKey(topic);
    }

    Iterable<String> topics() {
        return queues.keySet();
    }

    @Nullable
    QueueRoute queues(String topic) {
        return queues.get(topic);
    }

    /** Takes over the topics of a registration; those it does not name stay, as in RocketMQ. */
    void serve(Map<String, TopicConfigBody> topics) {
        topics.forEach((topic, config) -> queues.put(
                topic,
                new QueueRoute(
                        name,
                        config.readQueueNums(),
                        config.writeQueueNums(),
                        writing == Writing.FORBIDDEN ? config.perm() & ~WRITE : config.perm(),
                        config.topicSysFlag())));
    }

    void put(QueueRoute route, String topic) {
        queues.put(topic, route);
    }

    boolean drop(String topic) {
        return queues.remove(topic) != null;
    }

    /** Takes the right to write from every topic, or gives reading and writing back; returns how many topics. */
    int setWritable(Writing wanted) {
        writing = wanted;
        queues.replaceAll((topic, route) -> new QueueRoute(
                route.brokerName(),
                route.readQueueNums(),
                route.writeQueueNums(),
                wanted == Writing.FORBIDDEN ? route.perm() & ~WRITE : route.perm() | READ | WRITE,
                route.topicSysFlag()));
        return queues.size();
    }

    BrokerRoute route() {
        return new BrokerRoute(cluster, name, new TreeMap<>(addresses), null, false);
    }

    /** Whether producers may send to a broker. */
    enum Writing {
        ALLOWED,
        FORBIDDEN
    }
}
