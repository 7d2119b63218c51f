package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import io.firn.testkit.SettingsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = ${className}.class, config = "topics=orders*")
class ${className}Test {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void writesALineForEachMessageOfItsTopics(FirnBroker broker) throws Exception {
        broker.topic("orders").queues(1).create();
        broker.send("orders", "k1", "one");
        broker.send("other", "k2", "two");
        broker.send("orders", "k3", "three");

        assertThat(keys(broker)).containsExactly("k1", "k3");
        assertThat(broker.plugin().counter("lines")).isEqualTo(2);
    }

    @Test
    void writesEachOnceOverACrash(FirnBroker broker) throws Exception {
        broker.topic("orders").queues(1).create();
        broker.send("orders", "k1", "one");
        assertThat(keys(broker)).containsExactly("k1");
        broker.send("orders", "k2", "two");

        broker.crash();
        broker.start();
        broker.send("orders", "k3", "three");

        assertThat(keys(broker)).containsExactly("k1", "k2", "k3");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) throws Exception {
        broker.send("orders", "k1", "one");

        assertThat(broker.plugin().unload()).isClean();
    }

    private static List<String> keys(FirnBroker broker) throws Exception {
        await().atMost(LIMIT).until(() -> broker.plugin().isCaughtUp("journal"));
        return Files.readAllLines(broker.plugin().dataDir().resolve("journal")).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
