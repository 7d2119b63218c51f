package io.firn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

final class SamplesTest {
    @Test
    void countsFieldsFromTheLastParenthesisOfTheName() {
        String stat = "42 (a (b) c d) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 17 0 12345 99 88";
        String status = "Name:\tx\nVmRSS:\t  204800 kB\nRssAnon:\t  102400 kB\n";

        ProcSample sample = ProcSample.parse(stat, status);

        assertThat(sample.cpuSeconds()).isEqualTo(2.0);
        assertThat(sample.kernelSeconds()).isEqualTo(0.5);
        assertThat(sample.threads()).isEqualTo(17);
        assertThat(sample.rssMiB()).isEqualTo(200);
        assertThat(sample.anonMiB()).isEqualTo(100);
    }

    @Test
    void readsThisProcess() {
        ProcSample sample = ProcSample.of(ProcessHandle.current().pid());

        assertThat(sample.threads()).isPositive();
        assertThat(sample.rssMiB()).isGreaterThan(sample.anonMiB());
    }

    @Test
    void saysWhichProcessIsGone() {
        assertThatThrownBy(() -> ProcSample.of(Integer.MAX_VALUE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("2147483647");
    }

    @Test
    void leavesIdlingAndDiskWaitOutOfTheMachinesTime() {
        MachineSample sample = MachineSample.parse("cpu  100 20 30 5000 600 1 2 4 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");

        assertThat(sample.busySeconds()).isCloseTo(1.57, within(1e-9));
        assertThat(MachineSample.now().busySeconds()).isPositive();
    }
}
