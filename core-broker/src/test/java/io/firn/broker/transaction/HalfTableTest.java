package io.firn.broker.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is open, and when it is looked at. */
final class HalfTableTest {

    private final HalfTable table = new HalfTable();

    @Test
    void endsEachHalfMessageOnce() {
        HalfMessage half = add(0, 10);

        assertThat(table.claim(0)).isSameAs(half);
        assertThat(table.claim(0)).isNull();
        assertThat(table.isKnown(0)).isTrue();
        table.end(half);

        assertThat(table.claim(0)).isNull();
        assertThat(table.isKnown(0)).isFalse();
        assertThat(table.size()).isZero();
    }

    @Test
    void offersAgainWhatWasReleased() {
        HalfMessage half = add(0, 10);
        table.claim(0);
        table.release(half);

        assertThat(table.claim(0)).isSameAs(half);
    }

    @Test
    void isDoneBelowTheFirstThatIsOpenOrNotToldOfYet() {
        table.beginAt(5);
        HalfMessage seven = add(7, 0);
        assertThat(table.low()).isEqualTo(5);
        HalfMessage five = add(5, 0);
        assertThat(table.low()).isEqualTo(5);
        end(five);
        assertThat(table.low()).isEqualTo(6);
        HalfMessage six = add(6, 0);
        end(seven);
        assertThat(table.low()).isEqualTo(6);
        end(six);
        assertThat(table.low()).isEqualTo(8);
    }

    @Test
    void endsACopyByTheOffsetOfTheFirst() {
        HalfMessage first = add(0, 0);
        HalfMessage copy = HalfMessage.copyAt(1, 100, 0);
        table.restore(copy, 0, 3);

        assertThat(table.size()).isEqualTo(1);
        assertThat(first.state).isEqualTo(HalfMessage.State.ENDED);
        assertThat(table.claim(0)).isSameAs(copy);
        table.end(copy);
        assertThat(table.isKnown(0)).isFalse();
        assertThat(table.isKnown(1)).isFalse();
    }

    @Test
    void givesWhatIsDueOnceAndNothingThatHasEnded() {
        HalfMessage late = add(0, 30);
        HalfMessage gone = add(1, 10);
        HalfMessage soon = add(2, 20);
        end(gone);

        assertThat(table.takeDue(25)).containsExactly(soon);
        assertThat(table.takeDue(25)).isEmpty();
        table.checkAgain(soon, 40);
        assertThat(table.takeDue(50)).containsExactly(late, soon);
    }

    @Test
    void asksForAWakeUpOnlyWhenItIsEarlierThanThoseAskedFor() {
        List<Long> planned = new ArrayList<>();
        table.arm(planned::add);
        add(0, 30);
        table.arm(planned::add);
        HalfMessage later = add(1, 40);
        table.arm(planned::add);
        HalfMessage earlier = add(2, 20);
        table.arm(planned::add);
        assertThat(planned).containsExactly(30L, 20L);

        table.disarm(20);
        end(earlier);
        table.arm(planned::add);
        assertThat(planned).containsExactly(30L, 20L, 30L);

        table.disarm(30);
        end(later);
        assertThat(table.takeDue(30)).hasSize(1);
        table.arm(planned::add);
        assertThat(planned).hasSize(3);
    }

    @Test
    void asksForNoMoreWakeUpsBecauseAnEarlierOneCameBetween() {
        List<Long> planned = new ArrayList<>();
        HalfMessage late = add(0, 30);
        table.arm(planned::add);
        HalfMessage early = add(1, 20);
        table.arm(planned::add);
        table.disarm(20);
        end(early);
        table.arm(planned::add);
        assertThat(planned).containsExactly(30L, 20L, 30L);

        table.disarm(30);
        assertThat(table.takeDue(30)).containsExactly(late);
        table.checkAgain(late, 60);
        table.arm(planned::add);
        // the first one that was asked for at 30
        table.disarm(30);
        table.arm(planned::add);
        assertThat(planned).containsExactly(30L, 20L, 30L, 60L);
    }

    private HalfMessage add(long offset, long dueNanos) {
        HalfMessage half = HalfMessage.at(offset, offset * 100);
        table.add(half, dueNanos);
        return half;
    }

    private void end(HalfMessage half) {
        assertThat(table.claim(half.offset())).isSameAs(half);
        table.end(half);
    }
}
