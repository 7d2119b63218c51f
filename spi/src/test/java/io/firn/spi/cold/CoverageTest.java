package io.firn.spi.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class CoverageTest {

    @Test
    void hasItsFirstOffsetButNotItsEnd() {
        Coverage coverage = new Coverage(5, 7);
        assertThat(coverage.contains(4)).isFalse();
        assertThat(coverage.contains(5)).isTrue();
        assertThat(coverage.contains(6)).isTrue();
        assertThat(coverage.contains(7)).isFalse();
        assertThat(coverage.isEmpty()).isFalse();
    }

    @Test
    void mayBeEmptyAnywhere() {
        assertThat(Coverage.NONE.isEmpty()).isTrue();
        assertThat(new Coverage(9, 9).isEmpty()).isTrue();
        assertThat(new Coverage(9, 9).contains(9)).isFalse();
    }

    @Test
    void refusesRangesThatEndBeforeTheyBegin() {
        assertThatThrownBy(() -> new Coverage(5, 4)).hasMessageContaining("5").hasMessageContaining("4");
        assertThatThrownBy(() -> new Coverage(-1, 4)).hasMessageContaining("-1");
    }
}
