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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The plugin in a broker, by stock clients. One broker for all tests but those that change rules; topics of their own. */
@FirnTest(
        plugin = GuardPlugin.class,
        config = {
            "schemas=src/test/schemas",
            "rules=orders-* require=KEYS,tenant schema=order-1.json; small max-body=8; \\",
            "  slow rate=2/m burst=2; marked max-body=4 rate=1/h on-breach=tag; * free"
        })
final class GuardPluginTest {

    private static final String ORDER = "{\"id\":\"a\",\"amount\":1}";
    private static final int BEYOND_COMPRESSION = 5000;

    /** Opens the broker for the class, and so for its methods. */
    @BeforeAll
    static void isActive(FirnBroker broker) {
        assertThat(broker.plugin().state()).isEqualTo("ACTIVE");
        assertThat(broker.plugin().registered()).containsExactlyInAnyOrder("put hook rules", "put hook rate");
    }

    private static Message order(String topic, String body, String tenant) {
        Message message = new Message(topic, "", "k1", body.getBytes(StandardCharsets.UTF_8));
        message.putUserProperty("tenant", tenant);
        return message;
    }

    @Test
    void takesWhatKeepsTheRulesAndTellsOthersWhy(FirnBroker broker) throws Exception {
        long refused = broker.plugin().counter("breaches", "reason=schema");
        broker.send(order("orders-a", ORDER, "acme"));

        assertThatThrownBy(() -> broker.send("orders-a", "k2", ORDER))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("CODE: 13")
                .hasMessageContaining("topic orders-a needs the property tenant");
        assertThatThrownBy(() -> broker.send(order("orders-a", "{\"id\":\"a\"}", "acme")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("amount")
                .hasMessageContaining("order-1.json");
        assertThatThrownBy(() -> broker.send("small", "k", "123456789"))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("at most 8 bytes");
        broker.send("other", "k", "123456789");

        assertThat(broker.pull("orders-a").bodies()).containsExactly(ORDER);
        assertThat(broker.plugin().counter("breaches", "reason=schema")).isEqualTo(refused + 1);
        assertThat(broker.plugin().counter("breaches", "rule=small", "reason=size"))
                .isEqualTo(1);
    }

    @Test
    void looksIntoBodiesThatClientsCompress(FirnBroker broker) throws Exception {
        String note = "n".repeat(BEYOND_COMPRESSION);
        String good = "{\"id\":\"a\",\"amount\":1,\"note\":\"" + note + "\"}";
        broker.send(order("orders-b", good, "acme"));

        assertThatThrownBy(() -> broker.send(order("orders-b", "{\"id\":\"a\",\"note\":\"" + note + "\"}", "acme")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("amount");
        assertThat(broker.pull("orders-b").bodies()).containsExactly(good);
    }

    @Test
    void refusesAWholeBatchForOneOfItsMessages(FirnBroker broker) {
        broker.topic("orders-c").queues(1).create();
        Message bad = order("orders-c", "{}", "acme");

        assertThatThrownBy(() -> broker.producer().send(List.of(order("orders-c", ORDER, "acme"), bad)))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("order-1.json");
        assertThat(broker.pull("orders-c").bodies()).isEmpty();
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
    void leavesNothingBehind(FirnBroker broker) throws Exception {
        broker.send(order("orders-d", ORDER, "acme"));
        assertThatThrownBy(() -> broker.send(order("orders-d", "{}", "acme"))).isInstanceOf(MQBrokerException.class);

        assertThat(broker.plugin().unload()).isClean();
        broker.plugin().load();
    }

    @Test
    void changesRulesWhileItRunsAndKeepsTheOldOnesWhenTheNewAreWrong() throws Exception {
        try (FirnBroker broker = FirnBroker.builder()
                .plugin(GuardPlugin.class)
                .config("schemas=src/test/schemas", "rules=small max-body=8")
                .open()) {
            assertThatThrownBy(() -> broker.send("small", "k", "123456789")).isInstanceOf(MQBrokerException.class);
            broker.plugin().configure("schemas=src/test/schemas", "rules=small max-body=9");
            broker.send("small", "k", "123456789");

            String refused = broker.plugin().configure("schemas=src/test/schemas", "rules=small max-body=none");

            assertThat(refused).contains("expected a size such as 64KiB");
            broker.send("small", "k", "123456789");
            assertThatThrownBy(() -> broker.send("small", "k", "1234567890")).isInstanceOf(MQBrokerException.class);
        }
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
}
