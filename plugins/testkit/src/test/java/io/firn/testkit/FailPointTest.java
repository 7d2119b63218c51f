package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.sample.UpperCase;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = UpperCase.class, broker = "flushDiskType=SYNC_FLUSH")
final class FailPointTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void failsUntilItIsCleared(FirnBroker broker) throws Exception {
        broker.topic("t").queues(1).create();
        FailPoint disk = broker.failpoint(FailPoint.Place.DISK_FORCE, () -> new IOException("the disk says no"));

        assertThatThrownBy(() -> broker.send("t", "k1", "one")).isNotNull();

        assertThat(disk.hits()).isPositive();
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(broker.admin("GET", "/health", "").text()).contains("the disk says no"));
        disk.clear();
        // producers are refused until the store has worked for ten seconds
        broker.clock().advance(Duration.ofSeconds(11));
        Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> broker.send("t", "k2", "two") != null);
        assertThat(broker.pull("t").keys()).contains("k2");
    }

    @Test
    void failsAsOftenAsItIsTold() {
        FailPoint point = new FailPoint(FailPoint.Place.DISK_CREATE, () -> new IOException("no")).times(2);

        assertThatThrownBy(point::hit).hasMessage("no");
        assertThatThrownBy(point::hit).hasMessage("no");
        assertThatCode(point::hit).doesNotThrowAnyException();
        assertThat(point.hits()).isEqualTo(2);
    }

    @Test
    void isSlowWhileItIsTold(FirnBroker broker) throws Exception {
        FailPoint disk =
                broker.slow(FailPoint.Place.DISK_FORCE, Duration.ofMillis(50)).times(2);

        broker.send("t", "k1", "one");
        broker.send("t", "k2", "two");
        broker.send("t", "k3", "three");

        assertThat(disk.hits()).isEqualTo(2);
        disk.clear();
        assertThat(broker.pull("t").keys()).hasSize(3);
    }
}
