package io.firn.compaction.frame;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A record as one line of JSON (RFC 8259):
 *
 * <pre>
 *   {"queue":0,"offset":12,"key":"k","storeTime":1700000000000,"bornTime":1699999999990,"flag":0,"compressed":false,
 *    "properties":{"KEYS":"k",...},"body":"&lt;Base64 of the body as stored&gt;"}
 * </pre>
 *
 * A flyweight of one thread.
 */
public final class RecordJson {

    private static final int COMPRESSED = 1;

    private final String keyProperty;
    private final StringBuilder out = new StringBuilder();

    /** Keys are the values of this property. */
    public RecordJson(String keyProperty) {
        this.keyProperty = keyProperty;
    }

    /** The record {@code frame} stands at, without a line feed. */
    public String line(int queueId, FrameReader frame) {
        Map<String, String> properties = properties(frame);
        out.setLength(0);
        out.append("{\"queue\":").append(queueId);
        out.append(",\"offset\":").append(frame.queueOffset());
        out.append(",\"key\":");
        String key = properties.get(keyProperty);
        if (key == null) {
            out.append("null");
        } else {
            text(key);
        }
        out.append(",\"storeTime\":").append(frame.storeTime());
        out.append(",\"bornTime\":").append(frame.bornTime());
        out.append(",\"flag\":").append(frame.flag());
        out.append(",\"compressed\":").append((frame.sysFlag() & COMPRESSED) != 0);
        out.append(",\"properties\":{");
        String separator = "";
        for (Map.Entry<String, String> property : properties.entrySet()) {
            out.append(separator);
            text(property.getKey());
            out.append(':');
            text(property.getValue());
            separator = ",";
        }
        out.append("},\"body\":\"").append(Base64.getEncoder().encodeToString(frame.body()));
        return out.append("\"}").toString();
    }

    private static Map<String, String> properties(FrameReader frame) {
        byte[] bytes = new byte[frame.propertiesLength()];
        frame.copyProperties(bytes);
        Map<String, String> properties = new LinkedHashMap<>();
        for (String pair : new String(bytes, StandardCharsets.UTF_8).split("\u0002", -1)) {
            int end = pair.indexOf('\u0001');
            if (end >= 0) {
                properties.putIfAbsent(pair.substring(0, end), pair.substring(end + 1));
            }
        }
        return properties;
    }

    private void text(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
