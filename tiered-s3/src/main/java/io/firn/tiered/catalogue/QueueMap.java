package io.firn.tiered.catalogue;

import io.firn.spi.cold.Coverage;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.format.FrameTable;
import io.firn.tiered.format.QueueRun;
import io.firn.tiered.format.RpkReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which slices hold the messages of which queue. A slice has a number, in order of the log. Added to by the archiver's
 * thread, asked by any; an answer takes microseconds and comes from memory. Bounded: when the fences of all queues outgrow
 * the budget, the longest lose every second one.
 *
 * <pre>
 *  upTo 8 | slices 4, base of each 8 | queues 4, each: topic (2-byte length, modified UTF-8), id 4, track
 * </pre>
 */
public final class QueueMap {
    private static final Logger LOG = LoggerFactory.getLogger(QueueMap.class);
    private static final int BYTES_PER_QUEUE = 200;

    private final long budgetBytes;
    private final Map<QueueRef, QueueTrack> tracks = new ConcurrentHashMap<>();
    /** Position of each slice by its number; replaced when it grows, filled before {@code slices} says so. */
    private volatile long[] bases = new long[64];

    private volatile int slices;
    /** Positions below this are in the map. */
    private volatile long upTo = -1;
    /** Of all fences, about. Owner: the archiver's thread. */
    private long fenceBytes;

    public QueueMap(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /**
     * Where messages of a queue may lie: in one of the slices at these positions, rising.
     *
     * @param bases of the slices to search; one, unless memory was short
     * @param nextOffset the first offset that lies behind these slices
     */
    public record Place(long[] bases, long nextOffset) {}

    /** What is archived of a queue. */
    public Coverage coverage(QueueRef queue) {
        QueueTrack track = tracks.get(queue);
        return track == null ? Coverage.NONE : new Coverage(track.min(), track.next());
    }

    /** Where to look for an offset that is covered; null for a queue that is not known. */
    public @Nullable Place find(QueueRef queue, long offset) {
        QueueTrack track = tracks.get(queue);
        if (track == null) {
            return null;
        }
        QueueTrack.Span span = track.find(offset);
        return new Place(Arrays.copyOfRange(bases, span.firstSlice(), span.lastSlice() + 1), span.nextOffset());
    }

    /** An offset at or before the queue's first message from this position of the log on, and near it. */
    public long offsetFrom(QueueRef queue, long position) {
        QueueTrack track = tracks.get(queue);
        int found = Arrays.binarySearch(bases, 0, slices, position);
        return track == null ? 0 : track.offsetFrom(found < 0 ? Math.max(0, -found - 2) : found);
    }

    /** The queues that have archived messages. */
    public Set<QueueRef> queues() {
        return Set.copyOf(tracks.keySet());
    }

    /** Positions below this are in the map; -1 when it is empty. */
    public long upTo() {
        return upTo;
    }

    /** Offsets of a queue below this are no longer served. */
    public void startAt(QueueRef queue, long offset) {
        QueueTrack track = tracks.get(queue);
        if (track != null) {
            track.startAt(offset);
        }
    }

    /** Memory it takes, about. */
    public long bytes() {
        return tracks.values().stream().mapToLong(QueueTrack::bytes).sum()
                + (long) tracks.size() * BYTES_PER_QUEUE
                + 8L * bases.length;
    }

    /** Takes in a slice, all objects of it. Archiver's thread, in order of the log. */
    public void add(long base, long end, Collection<RpkReader> objects) {
        int slice = begin(base);
        for (RpkReader object : objects) {
            for (QueueRun run : object.queues()) {
                if (run.kind() == QueueRun.Kind.QUEUED && run.queueId() >= 0 && run.frames() > 0) {
                    add(run, object.frames(), slice);
                }
            }
        }
        upTo = end;
        keepToBudget();
    }

    /** The number of a new slice. */
    int begin(long base) {
        int slice = slices;
        if (slice == bases.length) {
            bases = Arrays.copyOf(bases, slice * 2);
        }
        bases[slice] = base;
        slices = slice + 1;
        return slice;
    }

    private void add(QueueRun run, FrameTable frames, int slice) {
        QueueRef queue = new QueueRef(run.topic(), run.queueId());
        int last = run.firstFrame() + run.frames() - 1;
        add(queue, run.firstOffset(), frames.firstOffset(last) + frames.messages(last), slice);
    }

    void add(QueueRef queue, long firstOffset, long nextOffset, int slice) {
        QueueTrack track = tracks.computeIfAbsent(queue, q -> new QueueTrack());
        int before = track.bytes();
        if (!track.add(firstOffset, nextOffset, slice)) {
            LOG.warn(
                    "archived messages of queue {} from offset {} are not served: the queue was at {} before",
                    queue,
                    firstOffset,
                    track.next());
        }
        fenceBytes += track.bytes() - before;
    }

    void keepToBudget() {
        long fixed = (long) tracks.size() * BYTES_PER_QUEUE + 8L * bases.length;
        boolean shrinks = true;
        while (fenceBytes + fixed > budgetBytes && shrinks) {
            long average = fenceBytes / Math.max(1, tracks.size());
            long sum = 0;
            shrinks = false;
            for (QueueTrack track : tracks.values()) {
                shrinks |= track.bytes() >= average && track.thin();
                sum += track.bytes();
            }
            fenceBytes = sum;
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(upTo);
        out.writeInt(slices);
        for (int i = 0; i < slices; i++) {
            out.writeLong(bases[i]);
        }
        out.writeInt(tracks.size());
        for (Map.Entry<QueueRef, QueueTrack> entry : tracks.entrySet()) {
            out.writeUTF(entry.getKey().topic());
            out.writeInt(entry.getKey().queueId());
            entry.getValue().write(out);
        }
    }

    static QueueMap read(DataInputStream in, long budgetBytes) throws IOException {
        QueueMap map = new QueueMap(budgetBytes);
        long end = in.readLong();
        int count = in.readInt();
        long[] positions = new long[Math.max(64, count)];
        for (int i = 0; i < count; i++) {
            positions[i] = in.readLong();
        }
        map.bases = positions;
        map.slices = count;
        for (int left = in.readInt(); left > 0; left--) {
            QueueRef queue = new QueueRef(in.readUTF(), in.readInt());
            QueueTrack track = QueueTrack.read(in);
            map.tracks.put(queue, track);
            map.fenceBytes += track.bytes();
        }
        map.upTo = end;
        return map;
    }
}
