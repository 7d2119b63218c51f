package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two consumers of one group share the queues; when one is killed the other takes all. */
@ParameterizedClass
@EnumSource(StockClient.class)
final class RebalanceIT extends ClientSuite {

    RebalanceIT(StockClient client, SharedSut.Fixture fixture) {
        super(client, fixture);
    }

    @Test
    void theSurvivorTakesOverTheQueuesOfAKilledConsumer() {
        String topic = topicWithQueues(4);
        send(topic, "sync", 8);
        subscribe("push", name("stays"), "group", name("G"), "topic", topic, "from", "FIRST");
        int sent = 8;
        try (Driver other = anotherDriver()) {
            other.call("push", "name", name("dies"), "group", name("G"), "topic", topic, "from", "FIRST");
            sent = sendUntilShared(topic, sent, other);
            other.kill();
        }
        driver.clearEvents();
        int first = sent;
        for (int queue = 0; queue < 4; queue++) {
            send(topic, "sync", 5, "queue", queue, "first", first + queue * 5);
        }
        soon("all four queues at the survivor")
                .untilAsserted(() -> assertThat(receivedIds(name("stays"))).containsAll(ids(first, 20)));
    }

    @Test
    void orderlyQueuesMoveWithoutOverlap() {
        String topic = topicWithQueues(2);
        send(topic, "sync", 4);
        subscribe("push", name("stays"), "group", name("G"), "topic", topic, "from", "FIRST", "order", true);
        soon("both queues")
                .untilAsserted(() -> assertThat(driver.received(name("stays"))).hasSize(4));
        try (Driver other = anotherDriver()) {
            other.call(
                    "push", "name", name("joins"), "group", name("G"), "topic", topic, "from", "FIRST", "order", true);
            sendUntilShared(topic, 4, other);
            Set<Long> here = queuesSince(driver.received(name("stays")), 4);
            Set<Long> there = queuesSince(other.received(name("joins")), 0);
            assertThat(there).isNotEmpty();
            assertThat(positions(driver.received(name("stays"))))
                    .as("no message went to both")
                    .doesNotContainAnyElementsOf(positions(other.received(name("joins"))));
            assertThat(here).isNotEmpty();
            other.call("close", "name", name("joins"));
        }
    }

    // sends to every queue until the other consumer gets some and everything sent has arrived at one of the two
    private int sendUntilShared(String topic, int alreadySent, Driver other) {
        int[] sent = {alreadySent};
        soon("the other consumer to get a share").until(() -> {
            send(topic, "sync", 4, "first", sent[0]);
            sent[0] += 4;
            return !other.events("msg").isEmpty();
        });
        soon("everything to arrive").untilAsserted(() -> {
            Set<String> all = new HashSet<>(receivedIds(name("stays")));
            all.addAll(ids(other.events("msg")));
            assertThat(all).isEqualTo(expectedIds(topic, sent[0]));
        });
        return sent[0];
    }

    private Set<String> ids(int first, int count) {
        Set<String> wanted = new HashSet<>(expectedIds(name("T"), first + count));
        wanted.removeAll(expectedIds(name("T"), first));
        return wanted;
    }

    private static Set<Long> queuesSince(List<Line> messages, int index) {
        return new HashSet<>(messages.subList(index, messages.size()).stream()
                .map(line -> line.number("queue"))
                .toList());
    }

    private static Set<String> positions(List<Line> messages) {
        return new HashSet<>(messages.stream().map(line -> line.get("position")).toList());
    }
}
