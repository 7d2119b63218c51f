package io.firn.bench;

import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.RecordSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * A log of stored messages of one size in one mapped file, with keys drawn at random: what a compacted queue is made from. In the
 * format of RocketMQ's commit log, see {@code StoredRecord}. One thread.
 */
final class KeyedLog implements RecordSource, AutoCloseable {

    private static final int MAGIC = 0xDAA320A7;
    private static final int BODY_AT = 88;
    /** Length of each key. */
    static final int KEY_DIGITS = 20;

    private static final String TOPIC = "compaction";
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final Shape shape;
    private final int[] keys;
    private final Path file;
    private final int keyAt;
    private long end;

    /**
     * What lies in a log.
     *
     * @param records how many
     * @param recordBytes size of each, frame and properties included
     * @param keys how many there are to draw from
     */
    record Shape(int records, int recordBytes, int keys) {

        double mebibytes() {
            return (double) records * recordBytes / (1 << 20);
        }
    }

    /** Writes the log; the same for the same shape. */
    KeyedLog(Path file, Shape shape) throws IOException {
        this.shape = shape;
        this.file = file;
        this.keys = new int[shape.records()];
        this.end = shape.records();
        Random random = new Random(42);
        byte[] frame = template(shape.recordBytes(), random);
        keyAt = new String(frame, StandardCharsets.ISO_8859_1).indexOf("KEYS\u0001") + 5;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            memory =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) shape.records() * shape.recordBytes(), arena);
        }
        for (int i = 0; i < shape.records(); i++) {
            keys[i] = random.nextInt(shape.keys());
            long at = (long) i * shape.recordBytes();
            digits(frame, keyAt, keys[i]);
            MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, at, frame.length);
            memory.set(LONG, at + 20, i);
            memory.set(LONG, at + 28, at);
        }
        memory.force();
    }

    private static byte[] template(int size, Random random) {
        String properties =
                "TAGS\u0001tag\u0002UNIQ_KEY\u00017F000001000000000000000000000000\u0002WAIT\u0001true\u0002KEYS\u0001"
                        + "0".repeat(KEY_DIGITS) + '\u0002';
        byte[] last = properties.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[size - BODY_AT - 1 - TOPIC.length() - 2 - last.length];
        random.nextBytes(body);
        CRC32 crc = new CRC32();
        crc.update(body);
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(size).putInt(MAGIC).putInt((int) crc.getValue() & Integer.MAX_VALUE);
        out.putInt(0).putInt(0).putLong(0).putLong(0).putInt(0).putLong(1);
        // hosts and store time, no reconsumption, no half message
        out.putLong(0).putLong(1).putLong(0).putInt(0).putLong(0);
        out.putInt(body.length).put(body);
        out.put((byte) TOPIC.length()).put(TOPIC.getBytes(StandardCharsets.UTF_8));
        out.putShort((short) last.length).put(last);
        return out.array();
    }

    private static void digits(byte[] frame, int at, int key) {
        int rest = key;
        for (int i = KEY_DIGITS - 1; rest > 0; i--) {
            frame[at + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        for (int i = KEY_DIGITS - 1 - String.valueOf(key).length(); i >= 0; i--) {
            frame[at + i] = '0';
        }
        if (key == 0) {
            frame[at + KEY_DIGITS - 1] = '0';
        }
    }

    Shape shape() {
        return shape;
    }

    /** Where the records are, one behind the other. */
    Path file() {
        return file;
    }

    /** Where in each record its key starts. */
    int keyAt() {
        return keyAt;
    }

    /** From now on the queue ends here. */
    void endAt(long offset) {
        end = offset;
    }

    /** Different keys in a range of offsets. */
    int distinct(long from, long to) {
        BitSet seen = new BitSet(shape.keys());
        for (long i = from; i < to; i++) {
            seen.set(keys[(int) i]);
        }
        return seen.cardinality();
    }

    @Override
    public long minOffset() {
        return 0;
    }

    @Override
    public long endOffset() {
        return end;
    }

    @Override
    public RecordCursor scan(long from, long to) {
        return new Cursor(from, to);
    }

    private final class Cursor implements RecordCursor {
        private final long to;
        private long offset;

        Cursor(long from, long to) {
            this.offset = from - 1;
            this.to = to;
        }

        @Override
        public boolean next() {
            return ++offset < to;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public long at() {
            return offset * shape.recordBytes();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
