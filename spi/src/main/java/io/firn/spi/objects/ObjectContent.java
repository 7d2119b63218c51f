package io.firn.spi.objects;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Bytes to be stored, 1 to {@link #MAX_BYTES}. They must not change until the call that got them has returned, and not
 * afterwards either when it was cancelled or late; they may be read several times.
 *
 * @since 1.0
 */
public sealed interface ObjectContent {

    /**
     * The most bytes of one object.
     *
     * @since 1.0
     */
    long MAX_BYTES = 4L << 30;

    /**
     * How many bytes there are.
     *
     * @since 1.0
     */
    long lengthBytes();

    /**
     * The remaining bytes of buffers, one after the other.
     *
     * @param buffers heap or direct; their positions are left alone
     * @since 1.0
     */
    record Bytes(List<ByteBuffer> buffers) implements ObjectContent {

        /**
         * Takes read-only views.
         *
         * @throws IllegalArgumentException when there is no byte, or there are too many
         * @since 1.0
         */
        public Bytes {
            buffers = buffers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
            long lengthBytes = sum(buffers);
            if (lengthBytes < 1 || lengthBytes > MAX_BYTES) {
                throw new IllegalArgumentException("an object has 1 to " + MAX_BYTES + " bytes, not " + lengthBytes);
            }
        }

        private static long sum(List<ByteBuffer> buffers) {
            return buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        }

        @Override
        public long lengthBytes() {
            return sum(buffers);
        }
    }

    /**
     * Part of a file, or all of it.
     *
     * @param file readable; not changed any more
     * @param position of the first byte
     * @param lengthBytes how many
     * @since 1.0
     */
    record Region(Path file, long position, long lengthBytes) implements ObjectContent {

        /**
         * Checks the numbers, not the file.
         *
         * @throws IllegalArgumentException when there is no byte, there are too many, or the position is negative
         * @since 1.0
         */
        public Region {
            if (position < 0 || lengthBytes < 1 || lengthBytes > MAX_BYTES) {
                throw new IllegalArgumentException("an object has 1 to " + MAX_BYTES + " bytes, not " + lengthBytes
                        + " from " + position + " of " + file);
            }
        }
    }
}
