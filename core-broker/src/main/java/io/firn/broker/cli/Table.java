package io.firn.broker.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows under a head, columns as wide as their widest cell, for people. One thread. */
final class Table {

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        this.head = List.of(head);
    }

    /** Adds a row; what is missing is empty. */
    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(PrintWriter out) {
        int columns = head.size();
        int[] widths = new int[columns];
        List<List<String>> all = new ArrayList<>(rows);
        all.addFirst(head);
        for (List<String> row : all) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /**
     * Prints what JSON says: a list of objects as a table, an object as a line per field, anything else as it is.
     *
     * @param value of maps, collections, texts, numbers, flags and null
     */
    static void print(@Nullable Object value, PrintWriter out) {
        if (value instanceof Map<?, ?> map) {
            Table table = new Table("", "");
            map.forEach((key, one) -> table.row(String.valueOf(key), text(one)));
            table.printRows(out);
        } else if (value instanceof Collection<?> all && all.stream().anyMatch(Map.class::isInstance)) {
            ofObjects(all).print(out);
        } else if (value instanceof Collection<?> all) {
            all.forEach(one -> out.println(text(one)));
        } else {
            out.println(text(value));
        }
    }

    private void printRows(PrintWriter out) {
        int width = rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        for (List<String> row : rows) {
            String name = row.getFirst();
            out.println((name + " ".repeat(width - name.length() + 2) + row.get(1)).stripTrailing());
        }
    }

    private static Table ofObjects(Collection<?> all) {
        Set<String> keys = new LinkedHashSet<>();
        for (Object one : all) {
            if (one instanceof Map<?, ?> map) {
                map.keySet().forEach(key -> keys.add(String.valueOf(key)));
            }
        }
        Table table = new Table(keys.toArray(String[]::new));
        for (Object one : all) {
            if (one instanceof Map<?, ?> map) {
                table.rows.add(keys.stream().map(key -> text(map.get(key))).toList());
            }
        }
        return table;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + text(entry.getValue()))
                        .collect(Collectors.joining(" "));
            case Collection<?> all -> all.stream().map(Table::text).collect(Collectors.joining(", "));
            default -> String.valueOf(value).replaceAll("\\R", " ");
        };
    }
}
