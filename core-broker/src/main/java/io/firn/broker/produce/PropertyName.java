package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The name of a property, in the form {@link PropertyLayout} looks for: its bytes and their hash bucket. A constant. */
final class PropertyName {

    final byte[] bytes;
    final int bucket;

    private PropertyName(byte[] bytes) {
        this.bytes = bytes;
        this.bucket = PropertyLayout.bucketOf(bytes, 0, bytes.length);
    }

    static PropertyName of(String ascii) {
        return new PropertyName(ascii.getBytes(US_ASCII));
    }
}
