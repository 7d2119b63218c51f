package io.firn.tiered.catalogue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which slices hold a queue's messages: fences of (first offset, slice number), both rising, as pairs of varint steps in a
 * byte array; some 4 bytes each. When memory runs short every second fence is dropped: then a fence stands for a span of
 * slices that has to be searched. The newest run is always known exactly. Guarded by this object's monitor.
 */
final class QueueTrack {
    private byte[] fences = new byte[8];
    private int length;
    private int count;
    private long lastOffset;
    private int lastSlice;
    /** One fence for so many runs. */
    private int stride = 1;

    private long runs;
    private long min;
    private long next;
    private long tailOffset;
    private int tailSlice;

    /**
     * Where to look for an offset.
     *
     * @param firstSlice the first slice that may hold it
     * @param lastSlice the last one
     * @param nextOffset the first offset behind these slices, or behind the last message
     */
    record Span(int firstSlice, int lastSlice, long nextOffset) {}

    /** Takes in the queue's run of one more slice; false when its offsets are not behind all known ones. */
    synchronized boolean add(long firstOffset, long nextOffset, int slice) {
        if (runs > 0 && (firstOffset < next || slice <= tailSlice)) {
            return false;
        }
        if (runs == 0) {
            min = firstOffset;
        }
        if (runs % stride == 0) {
            fence(firstOffset, slice);
        }
        runs++;
        tailOffset = firstOffset;
        tailSlice = slice;
        next = nextOffset;
        return true;
    }

    private void fence(long offset, int slice) {
        put(offset - lastOffset);
        put(slice - (long) lastSlice);
        lastOffset = offset;
        lastSlice = slice;
        count++;
    }

    private void put(long step) {
        if (length + 10 > fences.length) {
            fences = Arrays.copyOf(fences, fences.length + (fences.length >> 1) + 16);
        }
        long rest = step;
        while (rest >= 0x80) {
            fences[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        fences[length++] = (byte) rest;
    }

    synchronized long min() {
        return min;
    }

    synchronized long next() {
        return next;
    }

    /** Memory of the fences. */
    synchronized int bytes() {
        return fences.length;
    }

    /** Offsets below this are no longer served. */
    synchronized void startAt(long offset) {
        min = Math.clamp(offset, min, Math.max(min, next));
    }

    /** Drops every second fence; false when there is only one, which has to stay. */
    synchronized boolean thin() {
        if (count < 2) {
            return false;
        }
        Cursor old = new Cursor(fences, length);
        fences = new byte[length / 2 + 16];
        length = 0;
        lastOffset = 0;
        lastSlice = 0;
        count = 0;
        stride *= 2;
        for (int i = 0; old.step(); i++) {
            if ((i & 1) == 0) {
                fence(old.offset, old.slice);
            }
        }
        fences = Arrays.copyOf(fences, length);
        return true;
    }

    /** Where this offset is, which is one of those covered. */
    synchronized Span find(long offset) {
        if (offset >= tailOffset) {
            return new Span(tailSlice, tailSlice, next);
        }
        Cursor cursor = new Cursor(fences, length);
        cursor.step();
        int from = cursor.slice;
        while (cursor.step()) {
            if (cursor.offset > offset) {
                return new Span(from, stride == 1 ? from : cursor.slice - 1, cursor.offset);
            }
            from = cursor.slice;
        }
        return new Span(from, stride == 1 ? from : tailSlice - 1, tailOffset);
    }

    /** An offset at or before the first message in slices from this one on, and near it. */
    synchronized long offsetFrom(int slice) {
        if (slice > tailSlice) {
            return next;
        }
        Cursor cursor = new Cursor(fences, length);
        long offset = min;
        while (cursor.step() && cursor.slice <= slice) {
            offset = cursor.offset;
        }
        return Math.max(min, offset);
    }

    /** Reads the pairs one after the other. */
    private static final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;
        private long offset;
        private int slice;

        Cursor(byte[] bytes, int end) {
            this.bytes = bytes;
            this.end = end;
        }

        boolean step() {
            if (at >= end) {
                return false;
            }
            offset += varint();
            slice += (int) varint();
            return true;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = bytes[at++];
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
        }
    }

    /** min, next, tail offset, last offset, runs 8 each; tail slice, last slice, stride, fences, length 4 each; bytes. */
    synchronized void write(DataOutputStream out) throws IOException {
        for (long field : new long[] {min, next, tailOffset, lastOffset, runs}) {
            out.writeLong(field);
        }
        for (int field : new int[] {tailSlice, lastSlice, stride, count, length}) {
            out.writeInt(field);
        }
        out.write(fences, 0, length);
    }

    static QueueTrack read(DataInputStream in) throws IOException {
        QueueTrack track = new QueueTrack();
        synchronized (track) {
            track.min = in.readLong();
            track.next = in.readLong();
            track.tailOffset = in.readLong();
            track.lastOffset = in.readLong();
            track.runs = in.readLong();
            track.tailSlice = in.readInt();
            track.lastSlice = in.readInt();
            track.stride = in.readInt();
            track.count = in.readInt();
            track.length = in.readInt();
            track.fences = in.readNBytes(track.length);
            if (track.fences.length != track.length || track.stride < 1) {
                throw new IOException("a queue of " + track.length + " bytes and stride " + track.stride);
            }
        }
        return track;
    }
}
