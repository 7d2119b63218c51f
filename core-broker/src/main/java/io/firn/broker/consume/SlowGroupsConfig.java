package io.firn.broker.consume;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;
import java.util.Set;

/**
 * Whether groups that are far behind are switched off.
 *
 * @param active whether they are
 * @param farBehind bytes of the log behind which they are
 * @param interval how often that is looked at
 */
public record SlowGroupsConfig(boolean active, ByteSize farBehind, Duration interval) {

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of("disableConsumeIfConsumerReadSlowly", "consumerFallbehindThreshold");

    /** Reads the keys; RocketMQ's names keep their meaning. */
    public static SlowGroupsConfig from(ConfigView view) {
        return new SlowGroupsConfig(
                view.flag(
                        "disableConsumeIfConsumerReadSlowly",
                        false,
                        "Whether a connected group that is too far behind is switched off, until an operator allows it to"
                                + " consume again."),
                view.bytes(
                        "consumerFallbehindThreshold",
                        ByteSize.ofMebibytes(16 << 10),
                        new ByteSize(0),
                        new ByteSize(Long.MAX_VALUE),
                        "Bytes of the log behind which a group is too far."),
                view.millis(
                        "firn.consume.slowGroupsInterval",
                        180_000,
                        100,
                        3_600_000,
                        "How often it is looked for groups that are too far behind."));
    }
}
