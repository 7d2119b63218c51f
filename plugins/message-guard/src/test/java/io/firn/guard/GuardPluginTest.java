package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.FirnTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

/** The plugin in a broker, by stock clients. */
@FirnTest(
        plugin = GuardPlugin.class,
        config = {
            "schemas=src/test/schemas",
            "rules=orders require=KEYS,tenant schema=order-1.json; small max-body=8; \\",
            "  slow rate=2/m burst=2; marked max-body=4 rate=1/h on-breach=tag; * free"
        })
final class GuardPluginTest {

    private static final String ORDER = "{\"id\":\"a\",\"amount\":1}";
    private static final int BEYOND_COMPRESSION = 5000;

    private static Message order(String body, String tenant) {
        Message message = new Message("orders", "", "k1", body.getBytes(StandardCharsets.UTF_8));
        message.putUserProperty("tenant", tenant);
        return message;
    }

    @Test
    void takesWhatKeepsTheRulesAndTellsOthersWhy(FirnBroker broker) throws Exception {
        broker.send(order(ORDER, "acme"));

        assertThatThrownBy(() -> broker.send("orders", "k2", ORDER))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("CODE: 13")
                .hasMessageContaining("topic orders needs the property tenant");
        assertThatThrownBy(() -> broker.send(order("{\"id\":\"a\"}", "acme")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("amount")
                .hasMessageContaining("order-1.json");
        assertThatThrownBy(() -> broker.send("small", "k", "123456789"))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("at most 8 bytes");
        broker.send("other", "k", "123456789");

        assertThat(broker.pull("orders").bodies()).containsExactly(ORDER);
        assertThat(broker.plugin().registered()).containsExactlyInAnyOrder("put hook rules", "put hook rate");
        assertThat(broker.plugin().counter("breaches", "reason=schema")).isEqualTo(1);
        assertThat(broker.plugin().counter("breaches", "rule=small", "reason=size"))
                .isEqualTo(1);
    }

    @Test
    void looksIntoBodiesThatClientsCompress(FirnBroker broker) throws Exception {
        String note = "n".repeat(BEYOND_COMPRESSION);
        String good = "{\"id\":\"a\",\"amount\":1,\"note\":\"" + note + "\"}";
        broker.send(order(good, "acme"));

        assertThatThrownBy(() -> broker.send(order("{\"id\":\"a\",\"note\":\"" + note + "\"}", "acme")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("amount");
        assertThat(broker.pull("orders").bodies()).containsExactly(good);
    }

    @Test
    void refusesAWholeBatchForOneOfItsMessages(FirnBroker broker) {
        broker.topic("orders").queues(1).create();
        Message bad = order("{}", "acme");

        assertThatThrownBy(() -> broker.producer().send(List.of(order(ORDER, "acme"), bad)))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("order-1.json");
        assertThat(broker.pull("orders").bodies()).isEmpty();
    }

    @Test
    void holdsTheRateByTheBrokersClock(FirnBroker broker) throws Exception {
        broker.topic("slow").queues(1).create();
        broker.send("slow", "k1", "1");
        broker.send("slow", "k2", "2");
        assertThatThrownBy(() -> broker.send("slow", "k3", "3"))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("topic slow takes 2/m");

        broker.clock().advance(Duration.ofSeconds(31));
        broker.send("slow", "k4", "4");

        assertThat(broker.pull("slow").keys()).containsExactly("k1", "k2", "k4");
    }

    @Test
    void tagsWhatIsToBeStoredAllTheSame(FirnBroker broker) throws Exception {
        broker.topic("marked").queues(1).create();
        broker.send("marked", "k1", "1234");
        broker.send("marked", "k2", "12345");

        assertThat(broker.pull("marked").properties("GUARD")).containsExactly("", "size");
        assertThat(broker.pull("marked").properties("GUARD_RATE")).containsExactly("", "over");
    }

    @Test
    void changesRulesWhileItRunsAndKeepsTheOldOnesWhenTheNewAreWrong(FirnBroker broker) throws Exception {
        broker.plugin().configure("schemas=src/test/schemas", "rules=small max-body=9");
        broker.send("small", "k", "123456789");

        String refused = broker.plugin().configure("schemas=src/test/schemas", "rules=small max-body=none");

        assertThat(refused).contains("expected a size such as 64KiB");
        broker.send("small", "k", "123456789");
        assertThatThrownBy(() -> broker.send("small", "k", "1234567890")).isInstanceOf(MQBrokerException.class);
    }

    @Test
    void doesNotStartWithRulesItCanNotRead() {
        assertThatThrownBy(() -> FirnBroker.builder()
                        .plugin(GuardPlugin.class)
                        .config("rules=orders schema=absent.json", "schemas=src/test/schemas")
                        .open())
                .hasMessageContaining("FAILED")
                .hasMessageContaining("absent.json");
    }

    @Test
    void leavesNothingBehind(FirnBroker broker) throws Exception {
        broker.send(order(ORDER, "acme"));

        assertThat(broker.plugin().unload()).isClean();
    }
}
