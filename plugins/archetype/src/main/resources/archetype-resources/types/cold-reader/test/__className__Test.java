package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.testkit.CommitLogBuilder;
import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import io.firn.testkit.SettingsTable;
import io.firn.testkit.StoreFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = ${className}.class, store = ${className}Test.TwoSegments.class)
class ${className}Test {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A sealed segment of yesterday, which the broker deletes, and one that is written to. */
    static final class TwoSegments implements StoreFixture {

        @Override
        public void write(CommitLogBuilder log) {
            log.at(Instant.now().minus(Duration.ofHours(25)));
            log.add("t", 0, "k1", "one").add("t", 1, "k2", "two").add("t", 0, "k3", "three");
            log.roll().at(Instant.now()).add("t", 0, "k4", "four");
        }
    }

    @Test
    void servesWhatTheLogNoLongerHas(FirnBroker broker) {
        await().atMost(LIMIT).until(() -> broker.plugin().isCaughtUp("archive"));

        // the broker writes down once a second how far the dispatcher is, and deletes no more than that
        await().atMost(LIMIT).until(() -> {
            broker.runCleanup();
            return broker.logBegin() > 0;
        });

        assertThat(broker.pull("t").bodies()).containsExactly("one", "three", "four", "two");
    }

    @Test
    void servesItAfterACrash(FirnBroker broker) throws Exception {
        await().atMost(LIMIT).until(() -> broker.plugin().isCaughtUp("archive"));
        broker.runCleanup();
        broker.send("t", "k5", "five");

        broker.crash();
        broker.start();

        assertThat(broker.pull("t").bodies()).contains("one", "two", "three", "four", "five").hasSize(5);
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) {
        broker.pull("t");

        assertThat(broker.plugin().unload()).isClean();
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
