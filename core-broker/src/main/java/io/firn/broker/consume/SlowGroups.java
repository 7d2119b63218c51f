package io.firn.broker.consume;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupName;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches off connected groups that are so far behind that their reading would drive what others read out of memory. They
 * stay so until an operator switches them on ({@code consumeEnable}). Rounds run on {@code firn-housekeeper}.
 */
public final class SlowGroups {

    private static final Logger LOG = LoggerFactory.getLogger(SlowGroups.class);

    private final QueueLog queues;
    private final ReadablePosition appended;
    private final GroupCoordinator groups;
    private final Metrics.Count switchedOff;
    /** Replaced by {@link #adopt}. */
    private volatile SlowGroupsConfig config;

    /** What is looked at in {@link #round}, which the caller runs every {@link SlowGroupsConfig#interval}. */
    public SlowGroups(
            SlowGroupsConfig config,
            QueueLog queues,
            ReadablePosition appended,
            GroupCoordinator groups,
            Metrics metrics) {
        this.config = config;
        this.queues = queues;
        this.appended = appended;
        this.groups = groups;
        this.switchedOff = metrics.counter(
                "firn_consume_groups_switched_off_total", "Groups switched off because they were too far behind.");
    }

    /** Goes by these settings from now on, as far as {@link SlowGroupsConfig#LIVE} names them. Any thread. */
    public void adopt(SlowGroupsConfig changed) {
        config = changed;
    }

    /** Looks at all connected groups. May fault pages in. */
    public void round() {
        SlowGroupsConfig now = config;
        if (!now.active()) {
            return;
        }
        for (ConsumerGroup group : groups.members().consumers().values()) {
            GroupConfig settings = groups.configs().find(group.name());
            if (settings == null || !settings.consumes() || GroupName.isSystem(group.name())) {
                continue;
            }
            long behind = bytesBehind(group);
            if (behind > now.farBehind().toBytes()) {
                switchOff(group.name(), behind);
            }
        }
    }

    /** From the oldest message that the group has not consumed to the end of the log; 0 when that is not known. */
    private long bytesBehind(ConsumerGroup group) {
        long behind = 0;
        for (String topic : group.subscriptions().keySet()) {
            for (Map.Entry<Integer, Long> queue :
                    groups.offsets().of(group.name(), topic).entrySet()) {
                long position = queues.positionOf(topic, queue.getKey(), queue.getValue());
                if (position >= 0) {
                    behind = Math.max(behind, appended.get() - position);
                }
            }
        }
        return behind;
    }

    private void switchOff(String group, long behind) {
        var _ = groups.configs().setConsuming(group, GroupConfig.Consuming.OFF).whenComplete((settings, failure) -> {
            if (failure == null) {
                switchedOff.increment();
                LOG.warn("group {} is {} bytes behind and is switched off", group, behind);
            } else {
                LOG.warn("group {} is {} bytes behind and could not be switched off", group, behind, failure);
            }
        });
    }
}
