package io.firn.tiered.store;

/** Which bytes of an object to read. */
public sealed interface ByteRange {
    /** The most bytes a read of this range can bring. */
    int maxBytes();

    /** {@code length} bytes from {@code offset}; all of them must be there. */
    record Exact(long offset, int length) implements ByteRange {
        public Exact {
            if (offset < 0 || length <= 0) {
                throw new IllegalArgumentException("range of " + length + " bytes at " + offset);
            }
        }

        @Override
        public int maxBytes() {
            return length;
        }
    }

    /** The last bytes of the object: {@code maxBytes}, or all when it has fewer; it must not be empty. */
    record Suffix(int maxBytes) implements ByteRange {
        public Suffix {
            if (maxBytes <= 0) {
                throw new IllegalArgumentException("suffix of " + maxBytes + " bytes");
            }
        }
    }

    /** The whole object, which has at most {@code maxBytes}; the only read whose checksum the store can check. */
    record Whole(int maxBytes) implements ByteRange {
        public Whole {
            if (maxBytes < 0) {
                throw new IllegalArgumentException("at most " + maxBytes + " bytes");
            }
        }
    }
}
