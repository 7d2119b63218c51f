package io.firn.broker.topic;

import io.firn.broker.runtime.ConfigView;
import java.util.Set;

/**
 * Which topics the broker makes on its own.
 *
 * @param brokerName also the name of a topic
 * @param clusterName also the name of a topic
 * @param autoCreate whether a first message may create its topic after {@link TopicName#TEMPLATE}
 * @param defaultQueues queues of the template
 * @param owned which topics of its own the broker creates
 */
public record TopicsConfig(
        String brokerName, String clusterName, boolean autoCreate, int defaultQueues, OwnTopics owned) {

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of("autoCreateTopicEnable");

    /**
     * Choices about the broker's own topics.
     *
     * @param cluster whether the cluster's topic may be read and written
     * @param broker whether the broker's topic may be read and written
     * @param trace whether the trace topic exists
     * @param traceName its name
     * @param reviveQueues queues of the log of unanswered pops
     */
    public record OwnTopics(boolean cluster, boolean broker, boolean trace, String traceName, int reviveQueues) {}

    /** Reads the keys of this room. */
    public static TopicsConfig from(ConfigView view, String brokerName, String clusterName) {
        return new TopicsConfig(
                brokerName,
                clusterName,
                view.flag(
                        "autoCreateTopicEnable",
                        true,
                        "Whether a message to an unknown topic creates it after the template topic TBW102."),
                view.integer(
                        "defaultTopicQueueNums",
                        8,
                        1,
                        TopicRules.MAX_QUEUES,
                        "Queues of the template topic TBW102, the most a topic created by a message gets."),
                new OwnTopics(
                        view.flag(
                                "clusterTopicEnable",
                                true,
                                "Whether the cluster's own topic is readable and writable."),
                        view.flag(
                                "brokerTopicEnable", true, "Whether the broker's own topic is readable and writable."),
                        view.flag("traceTopicEnable", false, "Whether the topic for message traces is created."),
                        view.string("msgTraceTopicName", TopicName.TRACE, "Name of the topic for message traces."),
                        view.integer(
                                "reviveQueueNum",
                                8,
                                1,
                                TopicRules.MAX_QUEUES,
                                "Queues of the topic that logs popped messages until they are acknowledged.")));
    }
}
