package io.firn.broker.pop;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * Limits of pops.
 *
 * @param stay a popped batch that is not acknowledged this long is noted in the revive log
 * @param mostUnacked batches that may be unacknowledged at once; beyond, pops are refused
 * @param retryShare of a hundred pops so many look into the retry topic first
 * @param retryName the form of the name of retry topics that are made
 * @param mostWaiting pops of a group and topic that may wait for messages
 * @param mode how consumers get messages that nobody set a mode for
 * @param shareQueues how many other members share a member's queues in pop mode; 0: all share all
 */
public record PopConfig(
        Duration stay,
        int mostUnacked,
        int retryShare,
        RetryName retryName,
        int mostWaiting,
        RequestMode mode,
        int shareQueues) {

    /** The forms of a retry topic's name. */
    public enum RetryName {
        V1,
        V2
    }

    private static final long MAX_STAY_MS = 3_600_000;

    /** Reads the keys of this room. */
    public static PopConfig from(ConfigView view) {
        return new PopConfig(
                view.millis(
                        "popCkStayBufferTime",
                        10_000,
                        0,
                        MAX_STAY_MS,
                        "How long popped messages that are not acknowledged are only remembered, not noted on disk;"
                                + " until then the group's offset stays before them."),
                view.integer(
                        "popCkMaxBufferSize",
                        200_000,
                        1,
                        100_000_000,
                        "Most pops with unacknowledged messages; beyond it pops are refused."),
                view.integer(
                        "popFromRetryProbability",
                        20,
                        0,
                        100,
                        "Of a hundred pops so many look for messages that come again before they look for new ones."),
                view.flag(
                                "enableRetryTopicV2",
                                false,
                                "Whether pop retry topics are named %RETRY%group+topic instead of %RETRY%group_topic;"
                                        + " both are read.")
                        ? RetryName.V2
                        : RetryName.V1,
                view.integer(
                        "popPollingSize", 1_024, 1, 1_000_000, "Most pops of one group and topic that wait at once."),
                view.choice(
                        "defaultMessageRequestMode",
                        RequestMode.PULL,
                        "How push consumers that leave it to the broker get messages."),
                view.integer(
                        "defaultPopShareQueueNum",
                        -1,
                        -1,
                        65_536,
                        "In POP mode, how many other members of a group share a member's queues; 0 or less: all."));
    }

    String retryTopic(String group, String topic) {
        return retryName == RetryName.V2 ? RetryTopics.v2(group, topic) : RetryTopics.v1(group, topic);
    }
}
