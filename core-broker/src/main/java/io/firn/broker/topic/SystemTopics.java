package io.firn.broker.topic;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The topics that a broker creates for itself and for its clients' libraries when it starts. Immutable. */
final class SystemTopics {

    private static final int READ_WRITE = Topic.READ | Topic.WRITE;
    private static final int TEMPLATE_PERM = READ_WRITE | Topic.INHERIT;
    private static final int SCHEDULE_QUEUES = 18;
    private static final int BENCHMARK_QUEUES = 1024;
    private static final int CLUSTER_QUEUES = 16;

    private final List<Topic> topics;
    private final Set<String> names;

    SystemTopics(TopicsConfig config) {
        this.topics = List.copyOf(topicsOf(config));
        Set<String> own = new LinkedHashSet<>();
        topics.forEach(topic -> own.add(topic.name()));
        this.names = Set.copyOf(own);
    }

    private static List<Topic> topicsOf(TopicsConfig config) {
        String broker = config.brokerName();
        String cluster = config.clusterName();
        TopicsConfig.OwnTopics owned = config.owned();
        List<Topic> topics = new ArrayList<>();
        if (config.autoCreate()) {
            topics.add(template(config.defaultQueues()));
        }
        topics.add(Topic.of(TopicName.SELF_TEST, 1, READ_WRITE));
        topics.add(Topic.of(TopicName.BENCHMARK, BENCHMARK_QUEUES, READ_WRITE));
        topics.add(Topic.of(cluster, CLUSTER_QUEUES, owned.cluster() ? TEMPLATE_PERM : Topic.INHERIT));
        topics.add(Topic.of(broker, 1, owned.broker() ? TEMPLATE_PERM : Topic.INHERIT));
        topics.add(Topic.of(TopicName.OFFSET_MOVED, 1, READ_WRITE));
        topics.add(Topic.of(TopicName.SCHEDULE, SCHEDULE_QUEUES, READ_WRITE));
        topics.add(Topic.of(TopicName.TRANSACTION_HALF, 1, READ_WRITE));
        topics.add(Topic.of(TopicName.TRANSACTION_OP, 1, READ_WRITE));
        topics.add(Topic.of(TopicName.TRANSACTION_EXHAUSTED, 1, READ_WRITE));
        topics.add(Topic.of(TopicName.TIMER, 1, READ_WRITE));
        topics.add(Topic.of(cluster + "_REPLY_TOPIC", 1, READ_WRITE));
        topics.add(Topic.of(TopicName.SYSTEM_PREFIX + "REVIVE_LOG_" + cluster, owned.reviveQueues(), READ_WRITE));
        topics.add(Topic.of(TopicName.SYSTEM_PREFIX + "SYNC_BROKER_MEMBER_" + broker, 1, Topic.INHERIT));
        if (owned.trace()) {
            topics.add(Topic.of(owned.traceName(), 1, READ_WRITE));
        }
        return topics;
    }

    /** The topic after which a first message creates its own. */
    static Topic template(int queues) {
        return Topic.of(TopicName.TEMPLATE, queues, TEMPLATE_PERM);
    }

    List<Topic> topics() {
        return topics;
    }

    boolean contains(String name) {
        return names.contains(name);
    }
}
