package io.firn.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Every value measured in a run, by row and peer, in the order it came. Owned by the thread that runs scenarios. */
final class Ledger {
    /**
     * A row of the table.
     *
     * @param measure what is measured, with its unit
     */
    record Row(String scenario, String measure, Goal goal) {}

    private final Map<Row, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(Row row, String peer, double value) {
        values.computeIfAbsent(row, r -> new LinkedHashMap<>())
                .computeIfAbsent(peer, p -> new ArrayList<>())
                .add(value);
    }

    /** All rows, those of one scenario together, scenarios and rows in the order they came. */
    List<Row> rows() {
        Map<String, List<Row>> byScenario = new LinkedHashMap<>();
        values.keySet()
                .forEach(row -> byScenario
                        .computeIfAbsent(row.scenario(), name -> new ArrayList<>())
                        .add(row));
        return byScenario.values().stream().flatMap(List::stream).toList();
    }

    /** The values of one peer, one per round; empty when it was not measured. */
    List<Double> of(Row row, String peer) {
        return List.copyOf(values.getOrDefault(row, Map.of()).getOrDefault(peer, List.of()));
    }

    OptionalDouble median(Row row, String peer) {
        return median(of(row, peer));
    }

    /** One peer's value divided by another's, round by round: neighbours in time are compared. */
    List<Double> ratios(Row row, String peer, String to) {
        List<Double> above = of(row, peer);
        List<Double> below = of(row, to);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
            if (below.get(i) != 0) {
                ratios.add(above.get(i) / below.get(i));
            }
        }
        return ratios;
    }

    static OptionalDouble median(List<Double> values) {
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return OptionalDouble.of(median);
    }
}
