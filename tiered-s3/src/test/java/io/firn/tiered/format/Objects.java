package io.firn.tiered.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Objects in memory. */
final class Objects {
    static final UUID ID = new UUID(0x0123456789ABCDEFL, 0x8899AABBCCDDEEFFL);

    private Objects() {}

    static byte[] write(byte[] slice, long base, RpkOptions options, Predicate<String> topics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SliceRange range =
                new SliceRange(ByteBuffer.wrap(slice), base, ID, "7d", topics, Map.of("broker", "a", "epoch", "3"));
        RpkSummary summary = RpkWriter.write(range, options, bytes -> {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            out.writeBytes(copy);
        });
        if (summary.objectBytes() != out.size()) {
            throw new AssertionError(summary + " but " + out.size() + " bytes");
        }
        return out.toByteArray();
    }

    static byte[] write(byte[] slice, long base, RpkOptions options) {
        return write(slice, base, options, topic -> true);
    }

    static RpkReader open(byte[] object) {
        return RpkReader.open(ObjectBytes.of(ByteBuffer.wrap(object)));
    }
}
