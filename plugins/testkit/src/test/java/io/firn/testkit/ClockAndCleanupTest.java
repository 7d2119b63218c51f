package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.sample.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = Journal.class, store = ClockAndCleanupTest.TwoOldSegments.class)
final class ClockAndCleanupTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Two sealed segments of two hours ago and a message in a third. */
    static final class TwoOldSegments implements StoreFixture {

        @Override
        public void write(CommitLogBuilder log) {
            Instant old = Instant.now().minus(Duration.ofHours(2));
            log.at(old).add("old", 0, "k1", "one");
            log.roll().add("old", 0, "k2", "two").add("old", 1, "k3", "three");
            log.roll().at(Instant.now()).add("old", 0, "k4", "four");
        }
    }

    @Test
    void readsAStoreThatWasWrittenByteByByte(FirnBroker broker) {
        assertThat(broker.pull("old").bodies()).containsExactly("one", "two", "four", "three");
        assertThat(broker.pull("old").messages().getFirst().getStoreTimestamp())
                .isLessThan(Instant.now().minus(Duration.ofHours(1)).toEpochMilli());
    }

    @Test
    void deletesWhatTheClockMadeOldAndNothingElse(FirnBroker broker) {
        broker.runCleanup();
        assertThat(broker.pull("old").bodies()).hasSize(4);

        broker.clock().advance(Duration.ofHours(23));
        broker.runCleanup();

        assertThat(broker.pull("old").bodies()).containsExactly("four");
        assertThat(broker.logBegin()).isEqualTo(2 << 20);
    }

    @Test
    void keepsWhatAPluginHolds(FirnBroker broker) throws IOException {
        Files.createFile(broker.plugin().dataDir().resolve("hold"));
        broker.clock().advance(Duration.ofHours(25));

        broker.runCleanup();
        assertThat(broker.pull("old").bodies()).hasSize(4);
        Files.delete(broker.plugin().dataDir().resolve("hold"));
        broker.clock().advance(Duration.ofSeconds(2));
        broker.runCleanup();
        assertThat(broker.pull("old").bodies()).containsExactly("four");
    }

    @Test
    void runsTasksOfPluginsWhenTheirTimeHasComeOnTheClock(FirnBroker broker) {
        assertThat(broker.plugin().counter("hours")).isZero();

        broker.clock().advance(Duration.ofMinutes(61));

        Awaitility.await().atMost(LIMIT).until(() -> broker.plugin().counter("hours") == 1);
    }

    @Test
    void servesClientsOnAndGivesNewMessagesTheNewTime(FirnBroker broker) throws Exception {
        broker.clock().advance(Duration.ofDays(3));
        broker.send("t", "k1", "hello");

        assertThat(broker.pull("t").messages().getFirst().getStoreTimestamp())
                .isGreaterThan(Instant.now().plus(Duration.ofDays(2)).toEpochMilli());
    }

    @Test
    void cannotBeSetBack(FirnBroker broker) {
        assertThatThrownBy(() -> broker.clock().advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
