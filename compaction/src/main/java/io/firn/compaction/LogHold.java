package io.firn.compaction;

import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
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
    private final TopicView topics;
    private final BrokerReader reader;
    private final InstantSource clock;

    LogHold(HostedQueues queues, TopicView topics, BrokerReader reader, InstantSource clock) {
        this.queues = queues;
        this.topics = topics;
        this.reader = reader;
        this.clock = clock;
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

    @Override
    public void onDiskPressure(DiskPressure pressure) {
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
