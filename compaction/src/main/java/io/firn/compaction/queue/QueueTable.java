package io.firn.compaction.queue;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordJson;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A queue as a table of keys, in lines of JSON. On threads that may block. */
public final class QueueTable {

    private QueueTable() {}

    /** The last record of a key; null when there is none or it is deleted. */
    public static @Nullable String latest(HostedQueue queue, String key) throws IOException {
        byte[] found = LatestRecord.find(queue, key.getBytes(StandardCharsets.UTF_8));
        if (found == null) {
            return null;
        }
        FrameReader frame = new FrameReader();
        FrameFault fault = frame.read(MemorySegment.ofArray(found), 0);
        if (fault != FrameFault.NONE) {
            throw new IOException("queue " + queue.ref() + ": the last record of key " + key + " " + fault.text());
        }
        return json(queue).line(queue.ref().queueId(), frame);
    }

    private static RecordJson json(HostedQueue queue) {
        return new RecordJson(queue.queue().manifest().queue().keyProperty());
    }

    /**
     * Writes each key's last record as a line, in offset order, then {@code {"queue":q,"barrier":b,"records":n}}: who has read
     * that line has all, and goes on at offset b. Answers the number of records.
     */
    public static long write(HostedQueue queue, OutputStream out) throws IOException {
        RecordJson json = json(queue);
        int id = queue.ref().queueId();
        try (Snapshot snapshot = Snapshot.take(queue)) {
            snapshot.writeTo(frame -> writeLine(out, json.line(id, frame)));
            writeLine(
                    out,
                    "{\"queue\":" + id + ",\"barrier\":" + snapshot.barrier() + ",\"records\":" + snapshot.records()
                            + "}");
            return snapshot.records();
        }
    }

    private static void writeLine(OutputStream out, String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }
}
