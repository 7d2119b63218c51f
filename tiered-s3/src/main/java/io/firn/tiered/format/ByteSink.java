package io.firn.tiered.format;

import java.nio.ByteBuffer;

/** Takes an object's bytes in order. */
@FunctionalInterface
public interface ByteSink {
    /** Takes all remaining bytes; the buffer is reused after the call returns. */
    void write(ByteBuffer bytes);
}
