package io.firn.broker.produce;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message while hooks look at it: read from its source when first asked for, replaced when a hook says so,
 * and put back when that hook fails. Three buffers take turns, so that a hook may give a part of the body it was shown.
 * Owner: one thread.
 */
final class DraftBody {

    private static final int BUFFERS = 3;
    private static final int NONE = -1;

    /** Puts the body as it came, once, when it is asked for. */
    interface Source {

        int bodyLength();

        void copyBody(ByteBuffer to);
    }

    private final ByteBuffer[] buffers = new ByteBuffer[BUFFERS];
    private final ByteBuffer[] views = new ByteBuffer[BUFFERS];
    private @Nullable Source source;
    private int length;
    private int current;
    private int markedLength;
    private int marked;
    private boolean replaced;
    private boolean markedReplaced;
    private boolean changed;

    DraftBody() {
        for (int i = 0; i < BUFFERS; i++) {
            allocate(i, 1024);
        }
    }

    private void allocate(int i, int capacity) {
        buffers[i] = ByteBuffer.allocate(capacity);
        views[i] = buffers[i].asReadOnlyBuffer();
    }

    /** Begins with another message. */
    void begin(Source from) {
        source = from;
        length = from.bodyLength();
        current = NONE;
        replaced = false;
        mark();
    }

    /** From here on {@link #rollBack()} goes back to. */
    void mark() {
        marked = current;
        markedLength = length;
        markedReplaced = replaced;
        changed = false;
    }

    void rollBack() {
        if (changed) {
            current = marked;
            length = markedLength;
            replaced = markedReplaced;
            changed = false;
        }
    }

    int length() {
        return length;
    }

    /** Whether it was replaced since the mark. */
    boolean isChanged() {
        return changed;
    }

    /** Whether it is not what the source has. */
    boolean isReplaced() {
        return replaced;
    }

    /** The whole body, read-only. */
    ByteBuffer view() {
        int at = current;
        if (at == NONE) {
            at = fill();
            current = at;
        }
        return views[at].limit(length).position(0);
    }

    /** The whole body, for the encoder. */
    void copyTo(ByteBuffer to) {
        int at = current;
        if (at == NONE || !replaced) {
            source().copyBody(to);
        } else {
            to.put(buffers[at].array(), 0, length);
        }
    }

    /** Takes a copy of the bytes from position to limit. */
    void replace(ByteBuffer by) {
        int size = by.remaining();
        int at = free();
        reserve(at, size);
        buffers[at].put(0, by, by.position(), size);
        current = at;
        length = size;
        replaced = true;
        changed = true;
    }

    private int fill() {
        int at = free();
        reserve(at, length);
        buffers[at].clear();
        source().copyBody(buffers[at]);
        buffers[at].clear();
        return at;
    }

    /** A buffer that holds neither what is, nor what was at the mark. */
    private int free() {
        for (int i = 0; i < BUFFERS; i++) {
            if (i != current && i != marked) {
                return i;
            }
        }
        throw new IllegalStateException("no free buffer");
    }

    private void reserve(int at, int size) {
        if (buffers[at].capacity() < size) {
            allocate(at, Math.max(size, buffers[at].capacity() * 2));
        }
    }

    private Source source() {
        Source from = source;
        if (from == null) {
            throw new IllegalStateException("there is no message");
        }
        return from;
    }
}
