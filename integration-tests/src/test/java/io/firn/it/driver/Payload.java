package io.firn.it.driver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Message bodies that prove themselves: the id, a line feed, then filler that follows from the id. Whoever receives one
 * can tell which it is and whether every byte is as it was sent.
 */
public final class Payload {

    private Payload() {}

    /** A body of {@code size} bytes (more if the id alone is longer). */
    public static byte[] of(String id, int size) {
        byte[] head = (id + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(head, Math.max(head.length, size));
        int state = id.hashCode() | 1;
        for (int i = head.length; i < body.length; i++) {
            state ^= state << 13;
            state ^= state >>> 17;
            state ^= state << 5;
            body[i] = (byte) ('A' + (state & 15));
        }
        return body;
    }

    /** The id in the body; the whole body as text when there is no line feed. */
    public static String id(byte[] body) {
        int end = 0;
        while (end < body.length && body[end] != '\n') {
            end++;
        }
        return new String(body, 0, end, StandardCharsets.UTF_8);
    }

    /** Whether the body is byte for byte what {@link #of} made. */
    public static boolean isIntact(byte[] body) {
        return Arrays.equals(body, of(id(body), body.length));
    }
}
