package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes frames for tests: golden ones, by hand from a header's bytes, and by our own writer. */
final class Frames {
    private Frames() {}

    /** Frames that another implementation wrote, by {@code NAME TYPE}. */
    static Map<String, byte[]> golden() {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        try (InputStream in = Frames.class.getResourceAsStream("golden-frames.txt")) {
            new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .forEach(words ->
                            frames.put(words[0] + " " + words[1], HexFormat.of().parseHex(words[2])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return frames;
    }

    static byte[] golden(String name) {
        return golden().get(name);
    }

    static byte[] json(String header) {
        return json(header.getBytes(UTF_8), new byte[0]);
    }

    static byte[] json(byte[] header, byte[] body) {
        return frame(0, header, body);
    }

    static byte[] binary(byte[] header) {
        return frame(1, header, new byte[0]);
    }

    static byte[] frame(int type, byte[] header, byte[] body) {
        return ByteBuffer.allocate(8 + header.length + body.length)
                .putInt(4 + header.length + body.length)
                .putInt(type << 24 | header.length)
                .put(header)
                .put(body)
                .array();
    }

    /** A header of the ROCKETMQ encoding: fixed fields, no remark, these entries. */
    static byte[] binaryHeader(int code, Map<String, String> entries) {
        ByteBuf ext = Unpooled.buffer();
        entries.forEach((key, value) -> {
            ext.writeShort(key.getBytes(UTF_8).length).writeBytes(key.getBytes(UTF_8));
            ext.writeInt(value.getBytes(UTF_8).length).writeBytes(value.getBytes(UTF_8));
        });
        ByteBuf header = Unpooled.buffer();
        header.writeShort(code).writeByte(0).writeShort(513).writeInt(7).writeInt(0);
        header.writeInt(0).writeInt(ext.readableBytes()).writeBytes(ext);
        return ByteBufUtil.getBytes(header);
    }

    /** A frame by {@link FrameWriter}. */
    static byte[] written(FrameHead head, HeaderFields ext, byte[] body) {
        ByteBuf out = Unpooled.buffer();
        new FrameWriter().writeHead(out, head, ext, body.length);
        return ByteBufUtil.getBytes(out.writeBytes(body));
    }

    static RemotingCommand decoded(String jsonHeader) {
        return RemotingCommand.decode(json(jsonHeader));
    }
}
