package io.firn.broker.produce;

import io.firn.broker.record.IllegalRecordException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The messages of a batch while hooks look at them, one after the other. What hooks left alone goes on byte for byte;
 * what they changed is written anew. Reused; owner: one thread.
 *
 * <pre>
 *   int size (this field included) | int magic | int crc | int flag | int n | n body | short p | p properties
 * </pre>
 */
final class BatchParts {

    private static final int MAGIC = 4;
    private static final int FLAG = 12;
    private static final int BODY_LENGTH = 16;
    private static final int BODY = 20;
    private static final int SMALLEST = BODY + Short.BYTES;

    private final PartBody partBody = new PartBody();
    private ByteBuffer raw = ByteBuffer.allocate(0);
    private ByteBuffer rewritten = ByteBuffer.allocate(0);
    private int count;
    /** Where each message is: in {@link #raw}, or when its bit-inverse, in {@link #rewritten}. */
    private int[] places = new int[16];

    private int length;

    /**
     * Reads the batch.
     *
     * @throws IllegalRecordException when the body is not a sequence of messages
     */
    void begin(Incoming batch) {
        int size = batch.bodyLength();
        if (raw.capacity() < size) {
            raw = ByteBuffer.allocate(Math.max(size, raw.capacity() * 2));
        }
        raw.clear();
        batch.copyBody(raw);
        raw.flip();
        rewritten.clear();
        count = 0;
        length = size;
        int at = 0;
        while (at < size) {
            add(at);
            at += checkedSize(at, size);
        }
        if (count == 0) {
            throw new IllegalRecordException("batch body is empty");
        }
    }

    private void add(int at) {
        if (count == places.length) {
            places = Arrays.copyOf(places, count * 2);
        }
        places[count++] = at;
    }

    private int checkedSize(int at, int limit) {
        int size = limit - at < SMALLEST ? -1 : raw.getInt(at);
        int body = size < 0 ? -1 : raw.getInt(at + BODY_LENGTH);
        long propertiesAt = (long) at + BODY + body;
        boolean whole = body >= 0 && size <= limit - at && propertiesAt + Short.BYTES <= (long) at + size;
        if (!whole
                || raw.getShort((int) propertiesAt) < 0
                || propertiesAt + Short.BYTES + raw.getShort((int) propertiesAt) != (long) at + size) {
            throw new IllegalRecordException("batch body is malformed: lengths of message " + (count - 1) + " at byte "
                    + at + " of " + limit + " do not add up");
        }
        return size;
    }

    int count() {
        return count;
    }

    /** Bytes of the batch's body as it is now. */
    int length() {
        return length;
    }

    int flag(int i) {
        return home(i).getInt(at(i) + FLAG);
    }

    /** The body of message {@code i} as it is now; valid until the next call. */
    DraftBody.Source source(int i) {
        partBody.home = home(i);
        partBody.at = at(i);
        return partBody;
    }

    /** Reads the properties of message {@code i} as they are now. */
    void propertiesTo(int i, PropertyLayout layout) {
        ByteBuffer home = home(i);
        int at = at(i) + BODY + home.getInt(at(i) + BODY_LENGTH);
        layout.clear();
        layout.addAll(home.array(), home.arrayOffset() + at + Short.BYTES, home.getShort(at));
    }

    /** Takes over what hooks made of message {@code i}. */
    void rewrite(int i, PutDraft draft) {
        int body = draft.bodyLength();
        PropertyLayout properties = draft.layout();
        int size = SMALLEST + body + properties.length();
        int magic = home(i).getInt(at(i) + MAGIC);
        length += size - home(i).getInt(at(i));
        if (rewritten.remaining() < size) {
            int capacity = Math.max(rewritten.position() + size, rewritten.capacity() * 2);
            rewritten = ByteBuffer.allocate(capacity).put(rewritten.flip());
        }
        places[i] = ~rewritten.position();
        rewritten.putInt(size).putInt(magic).putInt(0).putInt(draft.flag()).putInt(body);
        draft.bodyBytes().copyTo(rewritten);
        rewritten.putShort((short) properties.length());
        properties.copyTo(rewritten);
    }

    /** Puts {@link #length()} bytes. */
    void copyTo(ByteBuffer to) {
        for (int i = 0; i < count; i++) {
            ByteBuffer home = home(i);
            int at = at(i);
            to.put(home.array(), home.arrayOffset() + at, home.getInt(at));
        }
    }

    private ByteBuffer home(int i) {
        return places[i] < 0 ? rewritten : raw;
    }

    private int at(int i) {
        return places[i] < 0 ? ~places[i] : places[i];
    }

    /** The body of one message, where it is. */
    private static final class PartBody implements DraftBody.Source {

        private ByteBuffer home = ByteBuffer.allocate(0);
        private int at;

        @Override
        public int bodyLength() {
            return home.getInt(at + BODY_LENGTH);
        }

        @Override
        public void copyBody(ByteBuffer to) {
            to.put(home.array(), home.arrayOffset() + at + BODY, bodyLength());
        }
    }
}
