package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/** Puts the objects of one slice back together: the exact bytes of the commit log. One thread, may block. */
public final class SliceRebuild {
    private final RpkFooter slice;
    private final ByteBuffer out;
    private long filled;

    private SliceRebuild(RpkFooter slice, ByteBuffer out) {
        this.slice = slice;
        this.out = out;
    }

    /**
     * Writes the slice into {@code out}, from its position, which stays.
     *
     * @param objects all objects of one slice
     * @throws FormatException the objects are of different slices, leave a gap, or give other bytes than were archived
     */
    public static void rebuild(List<RpkReader> objects, ByteBuffer out) {
        RpkFooter first = objects.getFirst().footer();
        long length = first.end() - first.base();
        if (out.remaining() < length) {
            throw new IllegalArgumentException("room for " + out.remaining() + " bytes, the slice has " + length);
        }
        SliceRebuild rebuild =
                new SliceRebuild(first, out.slice(out.position(), (int) length).order(ByteOrder.BIG_ENDIAN));
        for (RpkReader object : objects) {
            rebuild.add(object);
        }
        rebuild.finish(objects.getFirst());
    }

    /** Whether these objects are all of their slice, as their indexes say. */
    public static boolean isWhole(List<RpkReader> objects) {
        RpkReader first = objects.getFirst();
        long bytes = first.sections().content(RpkLayout.Section.TAIL).length;
        for (RpkReader object : objects) {
            bytes += object.footer().rawBytes();
        }
        return bytes == first.footer().end() - first.footer().base();
    }

    private static FormatException broken(String why) {
        return new FormatException(FormatException.Part.REBUILD, why);
    }

    private void add(RpkReader object) {
        if (object.footer().base() != slice.base() || object.footer().end() != slice.end()) {
            throw broken("objects of different slices: " + slice.base() + " and "
                    + object.footer().base());
        }
        for (int f = 0; f < object.frames().count(); f++) {
            ByteBuffer raw = object.frame(f).order(ByteOrder.BIG_ENDIAN);
            int at = 0;
            for (int i = 0; i < object.frames().messages(f); i++) {
                at += copyRecord(raw, at, "frame " + f);
            }
        }
    }

    /** Each record says itself where it was; the CRCs of the blocks prove it in the end. */
    private int copyRecord(ByteBuffer raw, int at, String where) {
        if (raw.limit() - at < 36 || !RecordFields.check(raw, at, raw.limit() - at)) {
            throw broken(where + ": no record at " + at);
        }
        int size = RecordFields.size(raw, at);
        long place = RecordFields.position(raw, at) - slice.base();
        if (place < 0 || place + size > out.limit()) {
            throw broken(where + ": record of position " + RecordFields.position(raw, at) + " is not of this slice");
        }
        out.put((int) place, raw, at, size);
        filled += size;
        return size;
    }

    private void finish(RpkReader object) {
        byte[] tail = object.sections().content(RpkLayout.Section.TAIL);
        out.put(out.limit() - tail.length, tail);
        if (filled + tail.length != out.limit()) {
            throw broken(filled + " bytes of messages and " + tail.length + " behind them of " + out.limit()
                    + "; some queues of the slice are in no object given");
        }
        VarintReader crcs = object.sections().reader(RpkLayout.Section.BLOCK_CRCS);
        CRC32C crc = new CRC32C();
        for (int at = 0; at < out.limit(); at += RpkLayout.BLOCK_BYTES) {
            crc.reset();
            crc.update(out.slice(at, Math.min(RpkLayout.BLOCK_BYTES, out.limit() - at)));
            if ((int) crc.getValue() != crcs.fixedInt()) {
                throw broken("bytes at position " + (slice.base() + at) + " differ from what was archived");
            }
        }
    }
}
