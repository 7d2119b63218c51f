package io.firn.broker.record;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The id that names a stored message by its place: upper-case hex of the store host's ip and port (4 bytes) and the
 * record's position (8 bytes); 32 characters with an IPv4 host, 56 with an IPv6 one.
 *
 * @param host the broker that stored it
 * @param position of the record in that broker's log
 */
public record MessageId(HostAddress host, long position) {

    /** The longest id, in characters. */
    public static final int MAX_LENGTH = 56;

    private static final int V4_BYTES = 16;
    private static final int V6_BYTES = 28;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /** Writes the id as ASCII into {@code target} from {@code at} and returns how many bytes. Does not allocate. */
    public static int write(HostAddress host, long position, byte[] target, int at) {
        int next = at;
        int ipBytes = host.length() - Integer.BYTES;
        for (int i = 0; i < ipBytes; i++) {
            next = putHex(host.ipByte(i) & 0xFF, Byte.BYTES, target, next);
        }
        next = putHex(host.port(), Integer.BYTES, target, next);
        next = putHex(position, Long.BYTES, target, next);
        return next - at;
    }

    private static int putHex(long value, int bytes, byte[] target, int at) {
        int next = at;
        for (int shift = bytes * Byte.SIZE - 4; shift >= 0; shift -= 4) {
            target[next++] = HEX[(int) (value >>> shift) & 0xF];
        }
        return next;
    }

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException when it is not 32 or 56 hex digits
     */
    public static MessageId parse(String text) {
        byte[] bytes = HexFormat.of().parseHex(text);
        if (bytes.length != V4_BYTES && bytes.length != V6_BYTES) {
            throw new IllegalArgumentException("a message id has 32 or 56 hex digits: " + text);
        }
        int ipBytes = bytes.length - Integer.BYTES - Long.BYTES;
        byte[] ip = new byte[ipBytes];
        System.arraycopy(bytes, 0, ip, 0, ipBytes);
        java.nio.ByteBuffer rest = java.nio.ByteBuffer.wrap(bytes, ipBytes, Integer.BYTES + Long.BYTES);
        HostAddress host = HostAddress.of(ip, rest.getInt());
        return new MessageId(host, rest.getLong());
    }

    @Override
    public String toString() {
        byte[] text = new byte[MAX_LENGTH];
        return new String(text, 0, write(host, position, text, 0), StandardCharsets.US_ASCII);
    }
}
