package io.firn.tiered.format;

import java.util.ArrayList;
import java.util.List;

/** Sections TOPICS and QUEUES: a run as varints of topic, queue id (signed), kind, first offset (signed), messages, frames. */
final class QueueRuns {
    private QueueRuns() {}

    static VarintWriter encode(List<QueueRun> runs, List<String> topics) {
        VarintWriter out = new VarintWriter();
        out.unsigned(runs.size());
        int topic = 0;
        for (QueueRun run : runs) {
            while (!topics.get(topic).equals(run.topic())) {
                topic++;
            }
            out.unsigned(topic);
            out.signed(run.queueId());
            out.unsigned(run.kind().ordinal());
            out.signed(run.firstOffset());
            out.unsigned(run.messages());
            out.unsigned(run.frames());
            out.unsigned(run.rawBytes());
        }
        return out;
    }

    static List<String> topics(VarintReader in) {
        int n = in.unsigned(in.remaining());
        List<String> topics = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            topics.add(in.text());
        }
        in.end();
        return topics;
    }

    static List<QueueRun> decode(VarintReader in, List<String> topics, FrameTable frames) {
        int n = in.unsigned(in.remaining());
        List<QueueRun> runs = new ArrayList<>(n);
        int frame = 0;
        for (int i = 0; i < n; i++) {
            String topic = topics.get(in.unsigned(topics.size() - 1));
            int queueId = (int) in.signed();
            QueueRun.Kind kind = QueueRun.Kind.values()[in.unsigned(1)];
            long first = in.signed();
            int messages = in.unsigned(Integer.MAX_VALUE);
            int count = in.unsigned(frames.count() - frame);
            runs.add(new QueueRun(topic, queueId, kind, first, messages, frame, count, in.unsigned()));
            frame += count;
        }
        in.end();
        if (frame != frames.count()) {
            throw in.broken(frame + " frames in queues, " + frames.count() + " in the table");
        }
        return runs;
    }
}
