package io.firn.spi.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class HoldTest {

    private static final Instant LATER = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void saysUntilWhenAndWhy() {
        Hold hold = Hold.until(LATER, "not archived");
        assertThat(hold.isHeld()).isTrue();
        assertThat(hold.recheck()).isEqualTo(LATER);
        assertThat(hold.reason()).isEqualTo("not archived");
        assertThat(hold).hasToString("held until 2026-01-01T00:00:00Z: not archived");
    }

    @Test
    void saysNothingWhenNothingIsHeld() {
        assertThat(Hold.NONE.isHeld()).isFalse();
        assertThatThrownBy(Hold.NONE::reason).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(Hold.NONE::recheck).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesToHoldWithoutAReason() {
        assertThatThrownBy(() -> Hold.until(LATER, "")).hasMessageContaining("blank");
    }
}
