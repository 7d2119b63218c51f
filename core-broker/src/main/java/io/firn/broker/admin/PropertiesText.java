package io.firn.broker.admin;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** Settings as lines {@code key=value} in the escapes of {@link Properties}, which tools read and write. */
final class PropertiesText {

    private static final int FIRST_PRINTABLE = ' ';
    private static final int LAST_ASCII = 0x7E;

    private PropertiesText() {}

    /** One line a setting, in the map's order, without the date that {@link Properties#store} would add. */
    static String write(Map<String, String> settings) {
        StringBuilder out = new StringBuilder();
        settings.forEach((key, value) -> {
            escape(out, key, "=:#! ");
            out.append('=');
            escape(out, value, "");
            out.append('\n');
        });
        return out.toString();
    }

    /**
     * Reads the lines.
     *
     * @throws IllegalArgumentException when an escape is malformed
     */
    static SortedMap<String, String> read(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return settings;
    }

    private static void escape(StringBuilder out, String text, String special) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean leadingSpace = i == 0 && c == ' ';
            if (c == '\\' || special.indexOf(c) >= 0 || leadingSpace) {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || c > LAST_ASCII) {
                out.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
            } else {
                out.append(c);
            }
        }
    }
}
