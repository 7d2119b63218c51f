package io.firn.tiered.cold;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.tiered.cold.MemoryBudget.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Memory for requests, shared fairly. */
final class MemoryBudgetTest {
    private final MemoryBudget budget = new MemoryBudget(100);
    private final List<String> served = new ArrayList<>();

    private CompletableFuture<Reservation> reserve(String group, long bytes) {
        CompletableFuture<Reservation> reserved = budget.reserve(group, bytes);
        reserved.thenAccept(room -> served.add(group + room.bytes()));
        return reserved;
    }

    @Test
    void aGroupHasThreeQuartersAtMostWhileItsRequestsAreUnderWay() {
        reserve("a", 40);
        CompletableFuture<Reservation> last = reserve("a", 35);
        CompletableFuture<Reservation> more = reserve("a", 1);
        assertThat(budget.used()).isEqualTo(75);
        assertThat(budget.tryReserve("a", 1)).isNull();
        assertThat(budget.missing()).isZero();
        reserve("b", 25);
        assertThat(served).containsExactly("a40", "a35", "b25");
        budget.settle(last.resultNow(), 35);
        assertThat(more.isDone()).isFalse();
        assertThat(budget.missing()).isOne();
        budget.release(35);
        assertThat(more.isDone()).isTrue();
    }

    @Test
    void groupsThatWaitAreServedInTurn() {
        Reservation all = reserve("x", 100).resultNow();
        for (int i = 0; i < 3; i++) {
            reserve("a", 10);
        }
        reserve("b", 10);
        reserve("c", 10);
        assertThat(served).containsExactly("x100");
        budget.settle(all, 50);
        assertThat(served).containsExactly("x100", "a10", "b10", "c10", "a10", "a10");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void whoGaveUpWaitingTakesNothing() {
        Reservation all = reserve("x", 100).resultNow();
        reserve("a", 90).cancel(false);
        reserve("b", 70);
        budget.settle(all, 0);
        assertThat(served).containsExactly("x100", "b70");
        assertThat(budget.used()).isEqualTo(70);
    }

    @Test
    void nobodyOvertakesARequestThatDoesNotFitYet() {
        reserve("x", 60);
        reserve("y", 20);
        CompletableFuture<Reservation> large = reserve("a", 70);
        CompletableFuture<Reservation> small = reserve("b", 10);
        assertThat(small.isDone()).isFalse();
        assertThat(budget.tryReserve("c", 10)).isNull();
        assertThat(budget.missing()).isEqualTo(60);
        budget.settle(new Reservation("x", 60), 0);
        assertThat(large.isDone()).isTrue();
        assertThat(small.isDone()).isTrue();
    }

    @Test
    void oneRequestMayTakeTheWholeBudget() {
        assertThat(reserve("a", 1000).resultNow().bytes()).isEqualTo(100);
        assertThat(budget.peak()).isEqualTo(100);
    }
}
