package io.firn.compaction.store;

import io.firn.compaction.segment.Extent;
import io.firn.compaction.segment.FileMark;
import io.firn.compaction.segment.Liveness;
import io.firn.compaction.segment.SegmentMarks;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentName;
import io.firn.compaction.segment.TombstoneRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A manifest as bytes: the content of a file {@code MANIFEST-<generation>}. Big endian; text is two bytes of length and
 * (modified) UTF-8; a mark is 8 bytes of size and 4 of CRC32C:
 *
 * <pre>
 *   text topic, int queue id, 16 bytes incarnation of the topic, text key property
 *   long generation, long previous generation, long created at (ms), long seed 0, long seed 1
 *   long cleaned to (offset), long cleaned position (in the log)
 *   int segments, each:
 *       long base, long generation
 *       long last offset, int records, long log bytes, long min store time, long max store time
 *       long live generation, int live records, long live bytes, long dead since
 *       marks of log, index, keys and live bits
 *       int runs of tombstones, each: long from, long until, long deduped at, int count
 *   int holes, each: long from, long until
 * </pre>
 */
final class ManifestCodec {

    /** More would be a damaged count, not a manifest. */
    private static final int MAX_ITEMS = 1 << 24;

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(256 + 256 * manifest.segments().size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writeHead(manifest, out);
            out.writeInt(manifest.segments().size());
            for (SegmentMeta segment : manifest.segments()) {
                writeSegment(segment, out);
            }
            out.writeInt(manifest.holes().size());
            for (Hole hole : manifest.holes()) {
                out.writeLong(hole.from());
                out.writeLong(hole.until());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return bytes.toByteArray();
    }

    private static void writeHead(Manifest manifest, DataOutputStream out) throws IOException {
        QueueName queue = manifest.queue();
        out.writeUTF(queue.topic());
        out.writeInt(queue.queueId());
        out.writeLong(queue.incarnation().getMostSignificantBits());
        out.writeLong(queue.incarnation().getLeastSignificantBits());
        out.writeUTF(queue.keyProperty());
        Lineage lineage = manifest.lineage();
        out.writeLong(lineage.generation());
        out.writeLong(lineage.previous());
        out.writeLong(lineage.createdAt());
        out.writeLong(lineage.seed0());
        out.writeLong(lineage.seed1());
        out.writeLong(manifest.progress().cleanedTo());
        out.writeLong(manifest.progress().cleanedPosition());
    }

    private static void writeSegment(SegmentMeta segment, DataOutputStream out) throws IOException {
        out.writeLong(segment.name().base());
        out.writeLong(segment.name().generation());
        Extent extent = segment.extent();
        out.writeLong(extent.lastOffset());
        out.writeInt(extent.records());
        out.writeLong(extent.logBytes());
        out.writeLong(extent.minStoreTime());
        out.writeLong(extent.maxStoreTime());
        Liveness liveness = segment.liveness();
        out.writeLong(liveness.liveGeneration());
        out.writeInt(liveness.liveRecords());
        out.writeLong(liveness.liveBytes());
        out.writeLong(liveness.deadSince());
        writeMark(segment.marks().log(), out);
        writeMark(segment.marks().index(), out);
        writeMark(segment.marks().keys(), out);
        writeMark(segment.marks().live(), out);
        out.writeInt(segment.tombstones().size());
        for (TombstoneRun run : segment.tombstones()) {
            out.writeLong(run.from());
            out.writeLong(run.until());
            out.writeLong(run.dedupedAt());
            out.writeInt(run.count());
        }
    }

    private static void writeMark(FileMark mark, DataOutputStream out) throws IOException {
        out.writeLong(mark.bytes());
        out.writeInt(mark.crc());
    }

    /** The manifest in these bytes; throws when they end early or a count makes no sense. */
    static Manifest decode(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            QueueName queue = readQueue(in);
            Lineage lineage = new Lineage(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
            Progress progress = new Progress(in.readLong(), in.readLong());
            List<SegmentMeta> segments = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                segments.add(readSegment(in));
            }
            List<Hole> holes = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                holes.add(new Hole(in.readLong(), in.readLong()));
            }
            return new Manifest(queue, lineage, progress, segments, holes);
        }
    }

    private static QueueName readQueue(DataInputStream in) throws IOException {
        String topic = in.readUTF();
        int queueId = in.readInt();
        UUID incarnation = new UUID(in.readLong(), in.readLong());
        return new QueueName(topic, queueId, incarnation, in.readUTF());
    }

    private static SegmentMeta readSegment(DataInputStream in) throws IOException {
        SegmentName name = new SegmentName(in.readLong(), in.readLong());
        Extent extent = new Extent(in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
        Liveness liveness = new Liveness(in.readLong(), in.readInt(), in.readLong(), in.readLong());
        SegmentMarks marks = new SegmentMarks(readMark(in), readMark(in), readMark(in), readMark(in));
        List<TombstoneRun> runs = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            runs.add(new TombstoneRun(in.readLong(), in.readLong(), in.readLong(), in.readInt()));
        }
        return new SegmentMeta(name, extent, liveness, marks, runs);
    }

    private static FileMark readMark(DataInputStream in) throws IOException {
        return new FileMark(in.readLong(), in.readInt());
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_ITEMS) {
            throw new IOException("a manifest with a list of " + count + " items");
        }
        return count;
    }
}
