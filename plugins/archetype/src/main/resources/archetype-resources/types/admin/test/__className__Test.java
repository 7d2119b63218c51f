package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import io.firn.testkit.HttpAnswer;
import io.firn.testkit.SettingsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = ${className}.class, config = "most=2")
class ${className}Test {

    @Test
    void listsTopicsByACommand(FirnBroker broker) {
        broker.topic("orders-1").create();
        broker.topic("other").create();

        HttpAnswer answer = broker.plugin().command("topics", "{\"pattern\":\"orders*\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).contains("orders-1").doesNotContain("other");
    }

    @Test
    void listsNoMoreThanItMayOnItsPage(FirnBroker broker) {
        broker.topic("orders-1").create();
        broker.topic("orders-2").create();
        broker.topic("orders-3").create();

        HttpAnswer answer = broker.plugin().http("GET", "/topics/orders*", "");

        assertThat(answer.text().strip()).isEqualTo("orders-1\norders-2");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) {
        broker.plugin().command("topics", "{}");

        assertThat(broker.plugin().unload()).isClean();
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
