package io.firn.mirror;

import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends batch by batch. A batch is durable once the target has acknowledged every message of it; when it has not, the
 * broker shows the whole batch again, after a pause that grows: a message may arrive twice, none is left out, and the first
 * arrivals of a queue's messages are in order. Runs on the dispatcher's thread and waits there for the target.
 *
 * <p>A cut of the log is not told to the target: what was mirrored stays mirrored.
 */
final class MirrorDispatcher implements CommitLogDispatcher {

    private final Target target;
    private final Trail trail;
    private final MirrorReport report;

    MirrorDispatcher(Target target, Trail trail, MirrorReport report) {
        this.target = target;
        this.trail = trail;
        this.report = report;
    }

    @Override
    public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
        Map<QueueRef, List<Stored>> queues = read(batch);
        if (!queues.isEmpty()) {
            send(queues);
        }
        progress.durableUpTo(batch.to());
    }

    private Map<QueueRef, List<Stored>> read(DispatchBatch batch) {
        Map<QueueRef, List<Stored>> queues = new LinkedHashMap<>();
        try (FrameCursor frames = batch.frames()) {
            while (frames.next()) {
                FrameView frame = frames.frame();
                if (trail.leadsBack(frame.property(Trail.PATH))) {
                    report.skippedLoop();
                    continue;
                }
                if (queues.isEmpty()) {
                    report.begun(frame.storeTimestampMs());
                }
                QueueRef queue = new QueueRef(frame.topic(), frame.queueId());
                queues.computeIfAbsent(queue, first -> new ArrayList<>())
                        .add(new Stored(queue, frame.position(), copy(frame.bytes())));
            }
        }
        return queues;
    }

    private static byte[] copy(ByteBuffer record) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        return bytes;
    }

    private void send(Map<QueueRef, List<Stored>> queues) throws Exception {
        try {
            for (Map.Entry<QueueRef, List<Stored>> queue : queues.entrySet()) {
                int sent = target.send(queue.getKey(), queue.getValue());
                report.sent(sent, queue.getValue().size() - sent);
            }
        } catch (Exception e) {
            report.failed(e);
            throw e;
        }
        report.done();
    }
}
