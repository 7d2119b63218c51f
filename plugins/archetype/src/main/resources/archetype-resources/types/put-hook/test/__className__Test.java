package ${package};

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import io.firn.testkit.SettingsTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

@FirnTest(
        plugin = ${className}.class,
        config = {"topics=orders*", "value=hello", "key.required=true"})
class ${className}Test {

    @Test
    void stampsMessagesOfItsTopics(FirnBroker broker) throws Exception {
        broker.send("orders-1", "k1", "body");
        broker.send("other", "k2", "body");

        assertThat(broker.pull("orders-1").properties("stamp")).containsExactly("hello");
        assertThat(broker.pull("other").properties("stamp")).containsExactly("");
        assertThat(broker.plugin().counter("stamped")).isEqualTo(1);
    }

    @Test
    void refusesAMessageWithoutAKey(FirnBroker broker) {
        Message keyless = new Message("orders-1", "body".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> broker.send(keyless)).hasMessageContaining("need a key");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) throws Exception {
        broker.send("orders-1", "k1", "body");

        assertThat(broker.plugin().unload()).isClean();
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
