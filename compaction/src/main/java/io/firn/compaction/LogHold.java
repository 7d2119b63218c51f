package io.firn.compaction;

import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.Leases;
import io.firn.spi.PluginContext;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.HeldSegment;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicView;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Holds segments of the log as long as a compacted queue has records in them that are not compacted, or is not open. Answers from
 * memory, on the housekeeper's thread.
 */
final class LogHold implements SegmentCleanupHook {

    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final HostedQueues queues;
    private final Leases leases;
    private final TopicView topics;
    private final BrokerReader reader;
    private final InstantSource clock;

    LogHold(HostedQueues queues, Leases leases, PluginContext context) {
        this.queues = queues;
        this.leases = leases;
        this.topics = context.topics();
        this.reader = context.reader();
        this.clock = context.clock();
    }

    @Override
    public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
        for (HostedQueue queue : queues.all()) {
            if (queue.dirtyRecords() > 0 && queue.firstDirtyPosition() < segment.to()) {
                return hold("records of compacted topics are not compacted yet");
            }
        }
        return everyQueueIsOpen() ? Hold.NONE : hold("a queue of a compacted topic is not open");
    }

    private Hold hold(String reason) {
        return Hold.until(clock.instant().plus(RECHECK), reason);
    }

    private boolean everyQueueIsOpen() {
        for (Topic topic : topics.all()) {
            if (TopicAttributes.COMPACTED.test(topic)) {
                for (QueueRef ref : reader.queues(topic.name())) {
                    if (queues.find(ref).isEmpty() && reader.maxOffset(ref) > 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Leased generations are let go of, and passes set free what is wanted. */
    @Override
    public void onDiskPressure(DiskPressure pressure) {
        leases.revoke();
        long wanted = 0;
        for (HeldSegment held : pressure.blocking()) {
            wanted = Math.max(wanted, held.segment().to());
        }
        for (HostedQueue queue : queues.all()) {
            if (queue.dirtyRecords() > 0 && queue.firstDirtyPosition() < wanted) {
                queue.ask();
            }
        }
    }
}
