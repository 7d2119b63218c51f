package ${package};

import static org.assertj.core.api.Assertions.assertThat;

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

@FirnTest(plugin = ${className}.class, config = "keep=3d", store = ${className}Test.OldSegment.class)
class ${className}Test {

    /**
     * A sealed segment of yesterday, and one that is written to. The broker itself would keep a day. It takes a segment
     * for as old as the first message behind it.
     */
    static final class OldSegment implements StoreFixture {

        @Override
        public void write(CommitLogBuilder log) {
            log.at(Instant.now().minus(Duration.ofHours(25))).add("t", 0, "k1", "old");
            log.roll().add("t", 0, "k2", "new");
        }
    }

    @Test
    void keepsMessagesAsLongAsItIsTold(FirnBroker broker) {
        broker.runCleanup();
        assertThat(broker.pull("t").bodies()).containsExactly("old", "new");

        broker.clock().advance(Duration.ofDays(2));
        broker.runCleanup();
        assertThat(broker.pull("t").bodies()).containsExactly("new");
    }

    @Test
    void takesAnotherTimeWhileItRuns(FirnBroker broker) {
        broker.plugin().configure("keep=1h");

        broker.runCleanup();

        assertThat(broker.pull("t").bodies()).containsExactly("new");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) {
        broker.runCleanup();

        assertThat(broker.plugin().unload()).isClean();
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
