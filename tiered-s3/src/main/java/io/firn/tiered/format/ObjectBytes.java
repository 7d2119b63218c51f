package io.firn.tiered.format;

import java.nio.ByteBuffer;

/** Where an object's bytes are read from. Called on the reader's thread; may block; throws what its store throws. */
public interface ObjectBytes {
    /** Exactly {@code length} bytes from {@code offset}, between position and limit of the buffer. */
    ByteBuffer read(long offset, int length);

    /** The last {@code atMost} bytes, or all of a shorter object. */
    Suffix suffix(int atMost);

    /**
     * The end of an object.
     *
     * @param objectBytes length of the whole object
     * @param bytes its last bytes, between position and limit
     */
    record Suffix(long objectBytes, ByteBuffer bytes) {}

    /** The bytes of an object that is in memory. */
    static ObjectBytes of(ByteBuffer object) {
        return new ObjectBytes() {
            @Override
            public ByteBuffer read(long offset, int length) {
                if (offset < 0 || length < 0 || offset + length > object.remaining()) {
                    throw new FormatException(
                            FormatException.Part.SECTION,
                            length + " bytes at " + offset + " of an object of " + object.remaining());
                }
                return object.slice(object.position() + (int) offset, length);
            }

            @Override
            public Suffix suffix(int atMost) {
                int length = Math.min(atMost, object.remaining());
                return new Suffix(object.remaining(), object.slice(object.limit() - length, length));
            }
        };
    }
}
