package io.firn.broker.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;

/** Writes a JSON tree as text, with the raw keys of {@link QueueKeyWriter}. One use, one thread. */
final class JsonText {
    private static final int INDENT = 2;

    private final StringBuilder out;
    private final Layout layout;
    private int depth;

    JsonText(StringBuilder out, Layout layout) {
        this.out = out;
        this.layout = layout;
    }

    void write(JsonNode node) {
        if (node.isObject()) {
            object(node);
        } else if (node.isArray()) {
            array(node);
        } else {
            out.append(node);
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }

    private void object(JsonNode node) {
        out.append('{');
        depth++;
        char separator = 0;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            next(separator);
            separator = ',';
            key(field.getKey());
            out.append(layout == Layout.COMPACT ? ":" : ": ");
            write(field.getValue());
        }
        close(node, '}');
    }

    private void key(String key) {
        if (!key.isEmpty() && key.charAt(0) == QueueKeyWriter.RAW) {
            out.append(key, 1, key.length());
        } else {
            quote(out, key);
        }
    }

    private void array(JsonNode node) {
        out.append('[');
        depth++;
        char separator = 0;
        for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
            next(separator);
            separator = ',';
            write(elements.next());
        }
        close(node, ']');
    }

    private void next(char separator) {
        if (separator != 0) {
            out.append(separator);
        }
        breakLine();
    }

    private void close(JsonNode node, char bracket) {
        depth--;
        if (!node.isEmpty()) {
            breakLine();
        }
        out.append(bracket);
    }

    private void breakLine() {
        if (layout == Layout.INDENTED) {
            out.append('\n').repeat(' ', depth * INDENT);
        }
    }

    enum Layout {
        COMPACT,
        INDENTED
    }
}
