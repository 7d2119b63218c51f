package io.firn.tiered.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object. {@link #open} needs one suffix read for the index; rows, keys and the other sections are fetched by
 * range when asked. The index is immutable; the methods that read may be called from any thread that may block.
 *
 * <p>Errors: {@link FormatException} for bytes that are not what the index says; what {@link ObjectBytes} throws.
 */
public final class RpkReader {
    /** What {@link #open} asks for: the index of a slice of 1 GiB with 2000 queues fits. */
    public static final int SUFFIX_BYTES = 256 << 10;

    private final ObjectBytes source;
    private final RpkFooter footer;
    private final FrameTable frames;
    private final List<QueueRun> runs;

    private RpkReader(ObjectBytes source, RpkFooter footer, FrameTable frames, List<QueueRun> runs) {
        this.source = source;
        this.footer = footer;
        this.frames = frames;
        this.runs = List.copyOf(runs);
    }

    /** Reads footer, topics, queues and frames. */
    public static RpkReader open(ObjectBytes source) {
        ObjectBytes.Suffix suffix = source.suffix(SUFFIX_BYTES);
        RpkFooter footer = RpkFooter.decode(suffix);
        SectionSource sections = new SectionSource(source, footer, suffix);
        FrameTable frames = FrameTable.decode(
                sections.reader(RpkLayout.Section.FRAMES), footer.counts().frames());
        List<String> topics = QueueRuns.topics(sections.reader(RpkLayout.Section.TOPICS));
        List<QueueRun> runs = QueueRuns.decode(sections.reader(RpkLayout.Section.QUEUES), topics, frames);
        if (frames.endOffset() != footer.extent(RpkLayout.Section.ROWS).offset()
                || frames.rowsLength() != footer.extent(RpkLayout.Section.ROWS).length()) {
            throw new FormatException(
                    FormatException.Part.SECTION, "frames end at " + frames.endOffset() + ", rows begin elsewhere");
        }
        return new RpkReader(source, footer, frames, runs);
    }

    /** What the object holds. */
    public RpkSummary summary() {
        return new RpkSummary(footer);
    }

    /** The frames' columns. */
    public FrameTable frames() {
        return frames;
    }

    /** The queues, by topic, queue id and kind. */
    public List<QueueRun> queues() {
        return runs;
    }

    /** The queue's run, or null when the object has none of its messages. */
    public @Nullable QueueRun queue(String topic, int queueId) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            QueueRun run = runs.get(middle);
            int order = run.topic().compareTo(topic);
            order = order == 0 ? Integer.compare(run.queueId(), queueId) : order;
            order = order == 0 ? run.kind().compareTo(QueueRun.Kind.QUEUED) : order;
            if (order == 0) {
                return run;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** The frame of this run that holds the offset, or the first one behind it; -1 when all lie before. */
    public int frameOf(QueueRun run, long offset) {
        int low = run.firstFrame();
        int end = run.firstFrame() + run.frames();
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offset < frames.firstOffset(middle) + frames.messages(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == end ? -1 : low;
    }

    /** Memory the index takes, about. */
    public long indexBytes() {
        return 512 + 80L * frames.count() + 160L * runs.size();
    }

    /** Fetches and unpacks a frame: its messages one after the other, in a direct buffer. */
    public ByteBuffer frame(int frame) {
        return unpack(frame, source.read(frames.offset(frame), frames.storedBytes(frame)));
    }

    /** Checks and unpacks a frame's stored bytes, fetched by the caller; direct buffers save a copy. */
    public ByteBuffer unpack(int frame, ByteBuffer stored) {
        ByteBuffer raw = ByteBuffer.allocateDirect(frames.rawBytes(frame));
        unpack(frame, stored, raw);
        return raw;
    }

    /** The same into a direct buffer of just the frame's raw size, whose position is 0 before and after. */
    public void unpack(int frame, ByteBuffer stored, ByteBuffer raw) {
        if (stored.remaining() != frames.storedBytes(frame) || crc(stored) != frames.crc(frame)) {
            throw broken(
                    FormatException.Part.FRAME,
                    "frame " + frame + " at " + frames.offset(frame)
                            + ": CRC-32C or length of the stored bytes does not match");
        }
        ByteBuffer direct = stored.isDirect() ? stored.duplicate() : copy(stored);
        if (frames.codec(frame) == RpkLayout.CODEC_RAW) {
            if (direct.remaining() != raw.remaining()) {
                throw broken(FormatException.Part.FRAME, "frame " + frame + " is raw and of another length");
            }
            raw.put(direct).flip();
            return;
        }
        try {
            int n = Zstd.decompress(raw, direct);
            if (n != raw.capacity()) {
                throw broken(FormatException.Part.FRAME, "frame " + frame + " unpacks to " + n + " bytes");
            }
        } catch (ZstdException e) {
            throw new FormatException(FormatException.Part.FRAME, "frame " + frame + " does not unpack", e);
        }
        raw.flip();
    }

    private static ByteBuffer copy(ByteBuffer heap) {
        return ByteBuffer.allocateDirect(heap.remaining()).put(heap.duplicate()).flip();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Consume-queue rows of a frame, without the frame itself. */
    FrameRows.Rows rows(int frame) {
        long at = footer.extent(RpkLayout.Section.ROWS).offset() + frames.rowOffset(frame);
        return rows(frame, source.read(at, frames.rowBytes(frame)));
    }

    private FrameRows.Rows rows(int frame, ByteBuffer stored) {
        byte[] block = SectionSource.bytes(stored);
        if (KeyTable.crc(block) != frames.rowCrc(frame)) {
            throw broken(FormatException.Part.SECTION, "rows of frame " + frame + ": CRC-32C does not match");
        }
        return FrameRows.decode(
                new VarintReader("rows of frame " + frame, block), frames.messages(frame), frames.rawBytes(frame));
    }

    /** The tag hashes in each of the frames {@code from} to {@code to}, read at once. */
    public int[][] tags(int from, int to) {
        long at = footer.extent(RpkLayout.Section.ROWS).offset();
        long begin = frames.rowOffset(from);
        ByteBuffer all = source.read(at + begin, Math.toIntExact(frames.rowsEnd(to - 1) - begin));
        int[][] tags = new int[to - from][];
        for (int f = from; f < to; f++) {
            int place = all.position() + (int) (frames.rowOffset(f) - begin);
            byte[] block = SectionSource.bytes(all.slice(place, frames.rowBytes(f)));
            if (KeyTable.crc(block) != frames.rowCrc(f)) {
                throw broken(FormatException.Part.SECTION, "rows of frame " + f + ": CRC-32C does not match");
            }
            tags[f - from] = FrameRows.tags(new VarintReader("rows of frame " + f, block), frames.messages(f));
        }
        return tags;
    }

    /**
     * Where a message lies.
     *
     * @param frame its frame; -1 for no message
     * @param at where it begins in the unpacked frame
     */
    public record Place(int frame, int at) {}

    /** The message that stood at this position of the log; reads rows and permutation, two requests. */
    public Place at(long position) {
        if (position < footer.base() || position >= footer.end() || frames.count() == 0) {
            return new Place(-1, 0);
        }
        RpkFooter.Extent extent = footer.extent(RpkLayout.Section.ROWS);
        ByteBuffer all = source.read(extent.offset(), extent.length());
        FrameRows.Rows[] rows = new FrameRows.Rows[frames.count()];
        for (int f = 0; f < rows.length; f++) {
            rows[f] = rows(f, all.slice(all.position() + (int) frames.rowOffset(f), frames.rowBytes(f)));
        }
        VarintReader order = sections().reader(RpkLayout.Section.PERMUTATION);
        return new PositionLookup(order, runs, frames, rows).find(position - footer.base());
    }

    /** Rows of queues that messages belong to besides their own, by the queue's name. */
    Map<String, List<MultiRows.Row>> multiRows() {
        VarintReader in = sections().reader(RpkLayout.Section.MULTI);
        Map<String, List<MultiRows.Row>> rows = MultiRows.decode(in, frames);
        in.end();
        return rows;
    }

    /** Frames that may hold a message of this topic with this key (hashes may collide), rising. */
    public int[] framesWithKey(String topic, String key) {
        return new KeyLookup(source, footer, sections().reader(RpkLayout.Section.KEY_FENCES))
                .frames(KeyTable.hash(topic, key));
    }

    /** Who wrote the object: {@code name=value} per line. */
    public String meta() {
        VarintReader in = sections().reader(RpkLayout.Section.META);
        String text = in.text();
        in.end();
        return text;
    }

    /** The queue ordinal of each message of the object, in the order of the commit log. */
    int[] queueOrder() {
        return Permutation.decode(
                sections().reader(RpkLayout.Section.PERMUTATION),
                runs,
                footer.counts().messages());
    }

    SectionSource sections() {
        return new SectionSource(source, footer, new ObjectBytes.Suffix(0, ByteBuffer.allocate(0)));
    }

    RpkFooter footer() {
        return footer;
    }

    /**
     * Reads and checks every byte of the object.
     *
     * @throws FormatException something is not as it was written
     */
    public void verify() {
        RpkHeader header = RpkHeader.decode(source.read(0, RpkLayout.HEADER_BYTES));
        if (!header.uuid().equals(footer.uuid()) || header.base() != footer.base() || header.end() != footer.end()) {
            throw broken(FormatException.Part.HEADER, "header and footer are of different objects");
        }
        for (int f = 0; f < frames.count(); f++) {
            ByteBuffer raw = frame(f).order(ByteOrder.BIG_ENDIAN);
            int at = 0;
            for (int size : rows(f).sizes()) {
                if (RecordFields.size(raw, at) != size || !RecordFields.check(raw, at, raw.limit() - at)) {
                    throw broken(FormatException.Part.FRAME, "frame " + f + ": no record of " + size + " at " + at);
                }
                at += size;
            }
        }
        new KeyLookup(source, footer, sections().reader(RpkLayout.Section.KEY_FENCES)).verify();
        multiRows();
        meta();
        queueOrder();
        sections().reader(RpkLayout.Section.TAIL);
        sections().reader(RpkLayout.Section.BLOCK_CRCS);
    }

    private static FormatException broken(FormatException.Part part, String why) {
        return new FormatException(part, why);
    }
}
