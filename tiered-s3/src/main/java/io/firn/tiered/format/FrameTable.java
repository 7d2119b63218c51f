package io.firn.tiered.format;

/**
 * Columns of an object's frames, by frame ordinal. Immutable once built; a frame takes 60 bytes of memory.
 * Stored column by column: stored, raw, messages, rows as varints; first offset and smallest store time as difference to
 * the frame before; largest store time as difference to the smallest; codec; then the fixed CRCs and tag masks.
 */
public final class FrameTable {
    private final long[] offsets;
    private final int[] stored;
    private final int[] raw;
    private final int[] messages;
    private final int[] rowBytes;
    private final long[] firstOffsets;
    private final long[] minMs;
    private final long[] maxMs;
    private final int[] crcs;
    private final int[] rowCrcs;
    private final long[] tagMasks;
    private final byte[] codecs;
    private final long[] rowOffsets;

    private FrameTable(int n) {
        offsets = new long[n + 1];
        stored = new int[n];
        raw = new int[n];
        messages = new int[n];
        rowBytes = new int[n];
        firstOffsets = new long[n];
        minMs = new long[n];
        maxMs = new long[n];
        crcs = new int[n];
        rowCrcs = new int[n];
        tagMasks = new long[n];
        codecs = new byte[n];
        rowOffsets = new long[n + 1];
    }

    /** Number of frames. */
    public int count() {
        return stored.length;
    }

    /** Where the frame begins in the object. */
    public long offset(int frame) {
        return offsets[frame];
    }

    /** Length of the frame in the object. */
    public int storedBytes(int frame) {
        return stored[frame];
    }

    /** Length of the frame unpacked. */
    public int rawBytes(int frame) {
        return raw[frame];
    }

    /** Messages in the frame. */
    public int messages(int frame) {
        return messages[frame];
    }

    /** Queue offset of the frame's first message; the others follow without a gap. */
    public long firstOffset(int frame) {
        return firstOffsets[frame];
    }

    /** Smallest store time in the frame, ms. */
    public long minMs(int frame) {
        return minMs[frame];
    }

    /** Largest store time in the frame, ms. */
    public long maxMs(int frame) {
        return maxMs[frame];
    }

    int crc(int frame) {
        return crcs[frame];
    }

    int rowBytes(int frame) {
        return rowBytes[frame];
    }

    int rowCrc(int frame) {
        return rowCrcs[frame];
    }

    /** Where the frame's block of rows begins within the section. */
    long rowOffset(int frame) {
        return rowOffsets[frame];
    }

    /** Where the frame's block of rows ends within the section. */
    long rowsEnd(int frame) {
        return rowOffsets[frame + 1];
    }

    byte codec(int frame) {
        return codecs[frame];
    }

    /** Whether a message with this tag hash may be in the frame; never false when one is. */
    public boolean mayHaveTag(int frame, int tagHash) {
        return (tagMasks[frame] & tagBit(tagHash)) != 0;
    }

    /** One of 64 bits for a tag hash. */
    static long tagBit(int tagHash) {
        return 1L << ((tagHash * 0x9E3779B1) >>> 26);
    }

    void encode(VarintWriter out) {
        int n = count();
        out.unsigned(n);
        for (int i = 0; i < n; i++) {
            out.unsigned(stored[i]);
            out.unsigned(raw[i]);
            out.unsigned(messages[i]);
            out.unsigned(rowBytes[i]);
        }
        for (int i = 0; i < n; i++) {
            out.signed(firstOffsets[i] - (i == 0 ? 0 : firstOffsets[i - 1]));
            out.signed(minMs[i] - (i == 0 ? 0 : minMs[i - 1]));
            out.unsigned(maxMs[i] - minMs[i]);
            out.unsigned(codecs[i]);
        }
        for (int i = 0; i < n; i++) {
            out.fixedInt(crcs[i]);
            out.fixedInt(rowCrcs[i]);
            out.fixedLong(tagMasks[i]);
        }
    }

    static FrameTable decode(VarintReader in, int expected) {
        int n = in.unsigned(in.remaining());
        if (n != expected) {
            throw in.broken(n + " frames, the footer says " + expected);
        }
        FrameTable table = new FrameTable(n);
        for (int i = 0; i < n; i++) {
            table.stored[i] = in.unsigned(RpkLayout.MAX_FRAME_BYTES);
            table.raw[i] = in.unsigned(RpkLayout.MAX_FRAME_BYTES);
            table.messages[i] = in.unsigned(table.raw[i]);
            table.rowBytes[i] = in.unsigned(RpkLayout.MAX_FRAME_BYTES);
        }
        for (int i = 0; i < n; i++) {
            table.firstOffsets[i] = in.signed() + (i == 0 ? 0 : table.firstOffsets[i - 1]);
            table.minMs[i] = in.signed() + (i == 0 ? 0 : table.minMs[i - 1]);
            table.maxMs[i] = in.unsigned() + table.minMs[i];
            table.codecs[i] = (byte) in.unsigned(RpkLayout.CODEC_ZSTD);
        }
        for (int i = 0; i < n; i++) {
            table.crcs[i] = in.fixedInt();
            table.rowCrcs[i] = in.fixedInt();
            table.tagMasks[i] = in.fixedLong();
        }
        return table.withOffsets();
    }

    private FrameTable withOffsets() {
        offsets[0] = RpkLayout.HEADER_BYTES;
        for (int i = 0; i < count(); i++) {
            offsets[i + 1] = offsets[i] + stored[i];
            rowOffsets[i + 1] = rowOffsets[i] + rowBytes[i];
        }
        return this;
    }

    /** Where the last frame ends. */
    long endOffset() {
        return offsets[count()];
    }

    /** All bytes of rows. */
    long rowsLength() {
        return rowOffsets[count()];
    }

    /** Gathers frames in order; owned by the writer's thread. */
    static final class Builder {
        private FrameTable table = new FrameTable(64);
        private int count;

        int count() {
            return count;
        }

        void add(FrameStats frame, int storedBytes, int crc, byte codec) {
            if (count == table.count()) {
                table = table.resized(count * 2);
            }
            table.stored[count] = storedBytes;
            table.raw[count] = frame.rawBytes;
            table.messages[count] = frame.messages;
            table.firstOffsets[count] = frame.firstOffset;
            table.minMs[count] = frame.minMs;
            table.maxMs[count] = frame.maxMs;
            table.tagMasks[count] = frame.tagMask;
            table.crcs[count] = crc;
            table.codecs[count] = codec;
            count++;
        }

        /** Rows of the frame added last. */
        void rows(int bytes, int crc) {
            table.rowBytes[count - 1] = bytes;
            table.rowCrcs[count - 1] = crc;
        }

        FrameTable build() {
            return table.resized(count).withOffsets();
        }
    }

    private FrameTable resized(int n) {
        FrameTable copy = new FrameTable(n);
        int kept = Math.min(n, count());
        System.arraycopy(stored, 0, copy.stored, 0, kept);
        System.arraycopy(raw, 0, copy.raw, 0, kept);
        System.arraycopy(messages, 0, copy.messages, 0, kept);
        System.arraycopy(rowBytes, 0, copy.rowBytes, 0, kept);
        System.arraycopy(firstOffsets, 0, copy.firstOffsets, 0, kept);
        System.arraycopy(minMs, 0, copy.minMs, 0, kept);
        System.arraycopy(maxMs, 0, copy.maxMs, 0, kept);
        System.arraycopy(crcs, 0, copy.crcs, 0, kept);
        System.arraycopy(rowCrcs, 0, copy.rowCrcs, 0, kept);
        System.arraycopy(tagMasks, 0, copy.tagMasks, 0, kept);
        System.arraycopy(codecs, 0, copy.codecs, 0, kept);
        return copy;
    }
}
