package io.firn.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.Driver;
import io.firn.it.harness.MqadminShell;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The commands an operator needs on the first day. */
@ExtendWith(SharedSut.class)
final class MqadminIT {

    private final Driver driver;
    private final MqadminShell mqadmin;
    private final String broker;

    MqadminIT(SharedSut.Fixture fixture) {
        driver = fixture.driver(StockClient.V5_JSON);
        mqadmin = fixture.mqadmin();
        broker = fixture.sut().broker().toString();
    }

    @Test
    void clusterListShowsTheBroker() {
        String text = run("clusterList");

        // cluster, name, id, address, version, then numbers
        assertThat(text).containsPattern("DefaultCluster\\s+broker-a\\s+0\\s+\\Q" + broker + "\\E\\s+V\\S+");
    }

    @Test
    void topicsAreCreatedListedRoutedAndDeleted() {
        String topic = name("AdminTopic");
        assertThat(run("updateTopic", "-b", broker, "-t", topic, "-r", "6", "-w", "5", "-p", "6"))
                .contains("create topic to " + broker + " success")
                .contains("readQueueNums=6")
                .contains("writeQueueNums=5");
        assertThat(run("topicList").lines()).contains(topic);
        assertThat(run("topicRoute", "-t", topic))
                .containsPattern("\"brokerAddrs\"\\s*:\\s*\\{\\s*\"?0\"?\\s*:\\s*\"\\Q" + broker + "\\E\"")
                .containsPattern("\"readQueueNums\"\\s*:\\s*6")
                .containsPattern("\"writeQueueNums\"\\s*:\\s*5")
                .containsPattern("\"perm\"\\s*:\\s*6");

        assertThat(run("updateTopic", "-c", "DefaultCluster", "-t", topic, "-r", "8", "-w", "8"))
                .contains("success");
        assertThat(run("topicRoute", "-t", topic)).containsPattern("\"readQueueNums\"\\s*:\\s*8");

        assertThat(run("deleteTopic", "-c", "DefaultCluster", "-t", topic))
                .contains("delete topic [" + topic + "] from cluster [DefaultCluster] success.")
                .contains("delete topic [" + topic + "] from NameServer success.");
        assertThat(run("topicList").lines()).doesNotContain(topic);
        assertThat(run("topicRoute", "-t", topic)).contains("No topic route info");
    }

    @Test
    void topicStatusCountsTheMessagesOfEachQueue() {
        String topic = name("StatusTopic");
        driver.call("producer", "name", topic);
        driver.call("send", "producer", topic, "topic", topic, "prefix", "m", "count", 1);
        Awaitility.await("the route")
                .until(() -> !driver.attempt("queues", "topic", topic).rows().isEmpty());
        driver.call("send", "producer", topic, "topic", topic, "prefix", "m", "count", 6, "queue", 1);
        driver.call("close", "name", topic);

        List<String> lines = run("topicStatus", "-t", topic).lines().toList();
        // broker, queue, min, max, time of the last message
        assertThat(lines)
                .filteredOn(line -> line.startsWith("broker-a"))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).matches("broker-a\\s+1\\s+0\\s+[67]\\s+2\\d{3}-.*"));
    }

    @Test
    void groupsAreCreatedAndDeleted() {
        String group = name("AdminGroup");
        assertThat(run("updateSubGroup", "-b", broker, "-g", group, "-r", "3", "-q", "2"))
                .contains("create subscription group to " + broker + " success")
                .contains("retryMaxTimes=3")
                .contains("retryQueueNums=2");
        assertThat(run("deleteSubGroup", "-b", broker, "-g", group, "-r", "true"))
                .contains("delete subscription group [" + group + "] from broker [" + broker + "] success");
    }

    @Test
    void aConsumerShowsItsProgressAndItsConnection() {
        String topic = name("ProgressTopic");
        String group = name("ProgressGroup");
        driver.call("producer", "name", topic);
        driver.call("send", "producer", topic, "topic", topic, "prefix", "m", "count", 12);
        driver.call("push", "name", group, "group", group, "topic", topic, "from", "FIRST", "expr", "*");
        Awaitility.await("12 messages")
                .atMost(Duration.ofMinutes(1))
                .until(() -> driver.received(group).size() == 12);

        assertThat(run("consumerConnection", "-g", group))
                .containsPattern("Language\\s+Version|#Language\\s+#Version|JAVA")
                .contains("JAVA", "V5_5_0", topic)
                .contains("CONSUME_PASSIVELY")
                .contains("CLUSTERING");

        driver.call("close", "name", group);
        driver.call("send", "producer", topic, "topic", topic, "prefix", "n", "count", 4);
        driver.call("close", "name", topic);
        String progress = run("consumerProgress", "-g", group);
        assertThat(progress.lines().filter(line -> line.startsWith(topic) && line.contains("broker-a")))
                .as(progress)
                .hasSize(4);
        assertThat(progress).containsPattern("Consume Diff Total: 4|Diff Total: 4");
        assertThat(run("consumerConnection", "-g", group)).contains("not online");
    }

    @Test
    void brokerStatusIsATableOfNumbers() {
        String text = run("brokerStatus", "-b", broker);

        assertThat(text)
                .containsPattern("brokerVersionDesc\\s*: V\\S+")
                .containsPattern("commitLogMinOffset\\s*: \\d+")
                .containsPattern("commitLogMaxOffset\\s*: \\d+")
                .containsPattern("putTps\\s*: [\\d.]+ [\\d.]+ [\\d.]+")
                .containsPattern("getTotalTps\\s*: [\\d.]+ [\\d.]+ [\\d.]+")
                .containsPattern("bootTimestamp\\s*: \\d+")
                .containsPattern("msgPutTotalTodayNow\\s*: \\d+")
                .containsPattern("sendThreadPoolQueueSize\\s*: \\d+")
                .containsPattern("runtime\\s*: \\[ ?\\d+ days");
    }

    private String run(String command, String... args) {
        return mqadmin.run(command, args);
    }

    private static String name(String role) {
        return role + "_" + Long.toString(System.nanoTime(), 36);
    }
}
