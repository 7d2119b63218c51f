package io.firn.spi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.contract.ByteSize;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DispatcherSpecTest {

    @Test
    void changesOnePartAtATime() {
        DispatcherSpec spec = DispatcherSpec.of("archive")
                .withBatching(Batching.segments(Duration.ofHours(1)))
                .withStart(StartFrom.EARLIEST)
                .withLag(LagLimit.of(LagPolicy.HOLD_CLEANUP));
        assertThat(spec.name()).isEqualTo("archive");
        assertThat(spec.batching().unit()).isEqualTo(Batching.Unit.SEGMENT);
        assertThat(spec.start()).isEqualTo(StartFrom.EARLIEST);
        assertThat(spec.lag().policy()).isEqualTo(LagPolicy.HOLD_CLEANUP);
    }

    @Test
    void refusesWhatCanNotBe() {
        assertThatThrownBy(() -> DispatcherSpec.of("Archive!")).hasMessageContaining("'Archive!'");
        ByteSize one = ByteSize.ofMebibytes(1);
        assertThatThrownBy(() -> new Batching(Batching.Unit.FRAMES, new ByteSize(0), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Batching(Batching.Unit.FRAMES, one, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
