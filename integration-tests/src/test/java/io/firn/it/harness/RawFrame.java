package io.firn.it.harness;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One remoting frame with a JSON header: {@code int length | byte 0 + int24 header length | header | body}, big endian.
 * The format is RocketMQ's remoting protocol.
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes; nobody compares whole frames
public record RawFrame(String header, byte[] body) {

    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*(-?\\d+)");
    private static final Pattern OPAQUE = Pattern.compile("\"opaque\"\\s*:\\s*(-?\\d+)");

    /** A request with alternating ext field names and values. */
    public static RawFrame request(int code, int opaque, byte[] body, String... fields) {
        StringBuilder ext = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            ext.append(i == 0 ? "" : ",");
            ext.append('"')
                    .append(fields[i])
                    .append("\":\"")
                    .append(fields[i + 1])
                    .append('"');
        }
        return new RawFrame(
                "{\"code\":%d,\"language\":\"JAVA\",\"version\":513,\"opaque\":%d,\"flag\":0,\"extFields\":{%s},%s}"
                        .formatted(code, opaque, ext, "\"serializeTypeCurrentRPC\":\"JSON\""),
                body);
    }

    public byte[] bytes() {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + text.length + body.length);
        frame.putInt(4 + text.length + body.length);
        frame.putInt(text.length);
        frame.put(text);
        frame.put(body);
        return frame.array();
    }

    /** Reads one frame with a JSON header. */
    public static RawFrame read(DataInputStream in) throws IOException {
        int length = in.readInt();
        int headerLength = in.readInt() & 0xFFFFFF;
        byte[] header = in.readNBytes(headerLength);
        byte[] body = in.readNBytes(length - 4 - headerLength);
        return new RawFrame(new String(header, StandardCharsets.UTF_8), body);
    }

    public int code() {
        return number(CODE);
    }

    public int opaque() {
        return number(OPAQUE);
    }

    private int number(Pattern pattern) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + header);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
