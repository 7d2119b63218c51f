package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import io.firn.testkit.SettingsTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = ${className}.class, config = "topics=orders*")
class ${className}Test {

    @Test
    void showsNoHiddenMessageAndMovesNone(FirnBroker broker) throws Exception {
        broker.topic("orders").queues(1).create();
        broker.send("orders", "k1", "one");
        broker.send(hidden("orders"));
        broker.send("orders", "k3", "three");

        assertThat(broker.pull("orders").bodies()).containsExactly("one", "three");
        assertThat(broker.pull("orders").messages().getLast().getQueueOffset()).isEqualTo(2);
        assertThat(broker.plugin().counter("left_out")).isPositive();
    }

    @Test
    void goesOnBehindARunOfHiddenMessages(FirnBroker broker) throws Exception {
        broker.topic("orders").queues(1).create();
        for (int i = 0; i < 100; i++) {
            broker.send(hidden("orders"));
        }
        broker.send("orders", "k", "shown");

        assertThat(broker.pull("orders").bodies()).containsExactly("shown");
    }

    @Test
    void leavesOtherTopicsAlone(FirnBroker broker) throws Exception {
        broker.send(hidden("other"));

        assertThat(broker.pull("other").bodies()).containsExactly("hidden");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) throws Exception {
        broker.send("orders", "k1", "one");
        broker.pull("orders");

        assertThat(broker.plugin().unload()).isClean();
    }

    private static Message hidden(String topic) {
        Message message = new Message(topic, "hidden".getBytes(StandardCharsets.UTF_8));
        message.putUserProperty("hidden", "yes");
        return message;
    }

    @Test
    void readmeHasEverySetting() throws Exception {
        assertThat(Files.readString(Path.of("README.md"))).contains(SettingsTable.of(${className}Settings.class));
    }
}
