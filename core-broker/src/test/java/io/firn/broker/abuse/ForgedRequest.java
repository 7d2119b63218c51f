package io.firn.broker.abuse;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as a hand-made frame, whose header need not be one: in JSON a value may be any text, a field may come twice.
 *
 * @param isJson the header's encoding; else ROCKETMQ's
 */
record ForgedRequest(int code, int flag, int opaque, boolean isJson, List<Field> fields, byte[] body) {

    private static final int VERSION = 513;

    /** An ext field; {@code raw} is written into JSON as it stands, without quotes. */
    record Field(String name, String value, boolean raw) {
        static Field of(String name, String value) {
            return new Field(name, value, false);
        }
    }

    /** A request with an empty header and body, of a code that nobody serves: its answer ends what was sent before. */
    static byte[] mark(int opaque) {
        return new ForgedRequest(31_999, 0, opaque, true, List.of(), new byte[0]).frame();
    }

    ForgedRequest with(List<Field> newFields, byte[] newBody) {
        return new ForgedRequest(code, flag, opaque, isJson, newFields, newBody);
    }

    ForgedRequest with(int newCode, int newFlag) {
        return new ForgedRequest(newCode, newFlag, opaque, isJson, fields, body);
    }

    /** The frame, its length field included. */
    byte[] frame() {
        return frame(isJson ? 0 : 1, isJson ? jsonHeader() : binaryHeader());
    }

    /** The frame with another header under the name of this encoding. */
    byte[] frame(int type, byte[] header) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(4 + header.length + body.length);
            out.writeInt(type << 24 | header.length);
            out.write(header);
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    byte[] header() {
        return isJson ? jsonHeader() : binaryHeader();
    }

    private byte[] jsonHeader() {
        List<String> members = new ArrayList<>();
        for (Field field : fields) {
            members.add(quoted(field.name) + ":" + (field.raw ? field.value : quoted(field.value)));
        }
        String text = "{\"code\":" + code + ",\"flag\":" + flag + ",\"language\":\"JAVA\",\"opaque\":" + opaque
                + ",\"version\":" + VERSION + ",\"extFields\":{" + String.join(",", members) + "}}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private byte[] binaryHeader() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream ext = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes);
                DataOutputStream entries = new DataOutputStream(ext)) {
            for (Field field : fields) {
                byte[] name = field.name.getBytes(StandardCharsets.UTF_8);
                byte[] value = field.value.getBytes(StandardCharsets.UTF_8);
                entries.writeShort(name.length);
                entries.write(name);
                entries.writeInt(value.length);
                entries.write(value);
            }
            out.writeShort(code);
            out.writeByte(0);
            out.writeShort(VERSION);
            out.writeInt(opaque);
            out.writeInt(flag);
            out.writeInt(0);
            out.writeInt(ext.size());
            ext.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return "code " + code + " flag " + flag + " opaque " + opaque + (isJson ? " JSON " : " ROCKETMQ ") + fields
                + " body of " + body.length;
    }
}
