package io.firn.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Renders a ledger as a Markdown table whose columns also line up in a terminal. */
final class Table {
    private static final List<String> TITLES =
            List.of("scenario", "measure", "Firn", "Apache", "Firn/Apache", "(lowest-highest)", "limit", "goal", "met");

    private final Ledger ledger;

    Table(Ledger ledger) {
        this.ledger = ledger;
    }

    String render() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(TITLES);
        String before = "";
        for (Ledger.Row row : ledger.rows()) {
            List<String> cells = new ArrayList<>(cells(row));
            if (row.scenario().equals(before)) {
                cells.set(0, "");
            }
            before = row.scenario();
            lines.add(cells);
        }
        return align(lines);
    }

    private List<String> cells(Ledger.Row row) {
        OptionalDouble firn = ledger.median(row, "Firn");
        List<Double> ratios = ledger.ratios(row, "Firn", "Apache");
        OptionalDouble ratio = Ledger.median(ratios);
        return List.of(
                row.scenario(),
                row.measure(),
                number(firn),
                number(ledger.median(row, "Apache")),
                ratio.isPresent() ? number(ratio) + "x" : "-",
                range(ratios),
                number(ledger.median(row, "limit")),
                row.goal().text(),
                verdict(row.goal(), firn, ratio));
    }

    private static String verdict(Goal goal, OptionalDouble firn, OptionalDouble ratio) {
        boolean relative = goal instanceof Goal.RatioAtMost || goal instanceof Goal.RatioAtLeast;
        if (goal instanceof Goal.None || firn.isEmpty() || (relative && ratio.isEmpty())) {
            return "";
        }
        return goal.met(firn.getAsDouble(), ratio) ? "yes" : "NO";
    }

    private static String range(List<Double> ratios) {
        if (ratios.size() < 2) {
            return "";
        }
        double low = ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double high = ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return number(low) + "-" + number(high);
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? number(value.getAsDouble()) : "-";
    }

    /** Three significant digits, or all digits of what is larger. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size == 0 || size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (size >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        return String.format(Locale.ROOT, size >= 1 ? "%.2f" : "%.3f", value);
    }

    private static String align(List<List<String>> lines) {
        int[] widths = new int[TITLES.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < lines.size(); n++) {
            List<String> line = lines.get(n);
            for (int i = 0; i < widths.length; i++) {
                // words left, numbers right
                String format = i < 2 ? "| %-" + widths[i] + "s " : "| %" + widths[i] + "s ";
                text.append(String.format(Locale.ROOT, format, line.get(i)));
            }
            text.append("|\n");
            if (n == 0) {
                Arrays.stream(widths).forEach(width -> text.append("|").append("-".repeat(width + 2)));
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
