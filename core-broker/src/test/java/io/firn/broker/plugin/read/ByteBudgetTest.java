package io.firn.broker.plugin.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget(100);
    private final List<String> granted = new ArrayList<>();

    private ByteBudget.Ticket ask(String group, int bytes, String name) {
        ByteBudget.Ticket ticket = budget.ticket(group, bytes, () -> granted.add(name));
        ticket.ask();
        return ticket;
    }

    @Test
    void givesWhatThereIsAndLetsTheRestWait() {
        ByteBudget.Ticket first = ask("a", 60, "first");
        ask("a", 60, "second");

        assertThat(granted).containsExactly("first");
        assertThat(budget.used()).isEqualTo(60);
        assertThat(budget.waiting()).isEqualTo(1);
        first.release();
        first.release();
        assertThat(granted).containsExactly("first", "second");
        assertThat(budget.used()).isEqualTo(60);
        assertThat(budget.waiting()).isZero();
    }

    @Test
    void theGroupThatHoldsLeastIsNext() {
        ByteBudget.Ticket greedy = ask("greedy", 50, "greedy1");
        ByteBudget.Ticket more = ask("greedy", 50, "greedy2");
        ask("greedy", 50, "greedy3");
        ask("greedy", 50, "greedy4");
        ask("modest", 50, "modest1");

        greedy.release();

        assertThat(granted).containsExactly("greedy1", "greedy2", "modest1");
        more.release();
        assertThat(granted).endsWith("greedy3");
    }

    @Test
    void aLargeOneIsNotStarvedBySmallOnes() {
        ByteBudget.Ticket first = ask("a", 50, "first");
        ask("large", 100, "large");
        ask("small", 10, "small");

        assertThat(granted).containsExactly("first");
        first.release();
        assertThat(granted).containsExactly("first", "large");
    }

    @Test
    void moreThanThereIsCountsAsAll() {
        ask("a", 1_000, "huge");

        assertThat(granted).containsExactly("huge");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void aReadThatTurnsOutSmallerLetsOthersIn() {
        ByteBudget.Ticket first = ask("a", 100, "first");
        ask("a", 100, "second");

        first.resize(0);

        assertThat(granted).containsExactly("first", "second");
        first.release();
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void whoLeavesTheLineIsNotServed() {
        ByteBudget.Ticket first = ask("a", 100, "first");
        ByteBudget.Ticket second = ask("a", 100, "second");

        second.release();
        first.release();

        assertThat(granted).containsExactly("first");
        assertThat(budget.used()).isZero();
        assertThat(budget.waiting()).isZero();
    }
}
