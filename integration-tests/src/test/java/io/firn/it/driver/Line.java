package io.firn.it.driver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the conversation between test and driver: {@code kind TAB key=value TAB key=value …}, values
 * percent-encoded. Kinds are verbs (test to driver) and {@code ok}, {@code error}, {@code row}, {@code event} (back).
 */
public record Line(String kind, Map<String, String> fields) {

    /** Field with the number of a command, repeated in its rows and its end. */
    public static final String NUMBER = "number";

    public Line {
        fields = new LinkedHashMap<>(fields);
    }

    /** A line of the kind with alternating keys and values. */
    public static Line of(String kind, Object... keysAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(keysAndValues[i].toString(), String.valueOf(keysAndValues[i + 1]));
        }
        return new Line(kind, fields);
    }

    public static Line parse(String text) {
        String[] parts = text.split("\t", -1);
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            fields.put(
                    parts[i].substring(0, equals),
                    URLDecoder.decode(parts[i].substring(equals + 1), StandardCharsets.UTF_8));
        }
        return new Line(parts[0], fields);
    }

    /** The field's value; fails when the line has none. */
    public String get(String key) {
        String value = fields.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key + " in " + this);
        }
        return value;
    }

    public String get(String key, String otherwise) {
        return fields.getOrDefault(key, otherwise);
    }

    public long number(String key) {
        return Long.parseLong(get(key));
    }

    public int number(String key, int otherwise) {
        return Integer.parseInt(get(key, String.valueOf(otherwise)));
    }

    /** The same line with one more field. */
    public Line with(String key, Object value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(key, String.valueOf(value));
        return new Line(kind, more);
    }

    public String encode() {
        StringBuilder text = new StringBuilder(kind);
        fields.forEach((key, value) ->
                text.append('\t').append(key).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
