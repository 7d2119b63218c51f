package io.firn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static final Ledger.Row CPU = new Ledger.Row("send", "CPU", new Goal.RatioAtMost(0.2));
    private static final Ledger.Row START = new Ledger.Row("start", "s", new Goal.AtMost(2));

    private final Ledger ledger = new Ledger();

    @Test
    void comparesNeighboursInTime() {
        // the machine got slower by half: each round's ratio stays what it is
        put(CPU, "Firn", 4, 6, 8);
        put(CPU, "Apache", 20, 30, 40);

        assertThat(ledger.ratios(CPU, "Firn", "Apache")).containsExactly(0.2, 0.2, 0.2);
        assertThat(ledger.median(CPU, "Firn")).hasValue(6);
        assertThat(new Table(ledger).render()).contains("0.200x", "yes");
    }

    @Test
    void saysWhenAGoalIsMissed() {
        put(CPU, "Firn", 5);
        put(CPU, "Apache", 20);
        put(START, "Firn", 1.5);

        String table = new Table(ledger).render();

        assertThat(table.lines().filter(line -> line.contains("send")))
                .singleElement()
                .asString()
                .contains("NO");
        assertThat(table.lines().filter(line -> line.contains("start")))
                .singleElement()
                .asString()
                .contains("yes");
    }

    @Test
    void judgesNothingThatWasNotMeasured() {
        put(CPU, "Apache", 20);
        put(START, "Apache", 20);

        assertThat(new Table(ledger).render()).doesNotContain("yes", "NO");
    }

    @Test
    void keepsRowsOfAScenarioTogetherAndColumnsInLine() {
        put(CPU, "Firn", 5);
        put(START, "Firn", 1);
        put(new Ledger.Row("send", "later", new Goal.None()), "Firn", 123_456.7);

        List<String> lines = new Table(ledger).render().lines().toList();

        assertThat(lines).hasSize(5);
        assertThat(lines.get(3)).contains("later", "123,457");
        assertThat(lines.stream().mapToInt(String::length).distinct()).hasSize(1);
    }

    @Test
    void takesTheMiddleOfTwo() {
        assertThat(Ledger.median(List.of(4.0, 1.0))).hasValue(2.5);
        assertThat(Ledger.median(List.of(9.0, 1.0, 5.0))).hasValue(5);
        assertThat(Ledger.median(List.of())).isEmpty();
    }

    @Test
    void judgesByRatioOrByValue() {
        OptionalDouble half = OptionalDouble.of(0.5);
        assertThat(new Goal.RatioAtMost(0.5).met(9, half)).isTrue();
        assertThat(new Goal.RatioAtMost(0.4).met(9, half)).isFalse();
        assertThat(new Goal.RatioAtLeast(0.5).met(9, half)).isTrue();
        assertThat(new Goal.RatioAtLeast(0.6).met(9, half)).isFalse();
        assertThat(new Goal.AtMost(9).met(9, half)).isTrue();
        assertThat(new Goal.AtMost(8).met(9, half)).isFalse();
        assertThat(new Goal.AtLeast(9).met(9, half)).isTrue();
        assertThat(new Goal.AtLeast(10).met(9, half)).isFalse();
    }

    @Test
    void readsSizes() {
        assertThat(TableCommand.bytes("10g")).isEqualTo(10L << 30);
        assertThat(TableCommand.bytes("512M")).isEqualTo(512L << 20);
        for (String bad : List.of("", "g", "10", "10t", "-", "ten g")) {
            assertThatThrownBy(() -> TableCommand.bytes(bad))
                    .as(bad)
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("is no size like");
        }
    }

    private void put(Ledger.Row row, String peer, double... values) {
        for (double value : values) {
            ledger.add(row, peer, value);
        }
    }
}
