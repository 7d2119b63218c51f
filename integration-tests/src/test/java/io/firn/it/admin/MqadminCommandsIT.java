package io.firn.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.Driver;
import io.firn.it.harness.MqadminShell;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.StockClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands an operator needs later: what {@code docs/mqadmin.md} promises beyond {@link MqadminIT}. */
@ExtendWith(SharedSut.class)
final class MqadminCommandsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final Driver driver;
    private final MqadminShell mqadmin;
    private final String broker;

    MqadminCommandsIT(SharedSut.Fixture fixture) {
        driver = fixture.driver(StockClient.V5_JSON);
        mqadmin = fixture.mqadmin();
        broker = fixture.sut().broker().toString();
    }

    @Test
    @Tag("firn")
    void settingsChangeWhileTheBrokerRunsOrItSaysWhyNot() {
        assertThat(run("updateBrokerConfig", "-b", broker, "-k", "fileReservedTime", "-v", "71"))
                .contains("update broker config success");
        assertThat(run("getBrokerConfig", "-b", broker)).containsPattern("fileReservedTime\\s+=\\s+71");
        assertThat(run("updateBrokerConfig", "-b", broker, "-k", "fileReservedTime", "-v", "72"))
                .contains("update broker config success");

        assertThat(run("updateBrokerConfig", "-b", broker, "-k", "brokerName", "-v", "other"))
                .contains("CODE: 16", "settings [brokerName] cannot change while the broker runs");
        assertThat(run("updateBrokerConfig", "-b", broker, "-k", "fileReservedTimes", "-v", "1"))
                .contains("CODE: 1 ", "did you mean fileReservedTime");
        assertThat(run("updateBrokerConfig", "-b", broker, "-k", "deleteWhen", "-v", "25"))
                .contains("CODE: 29", "deleteWhen=25: expected hours");
    }

    @Test
    void aBrokerIsTakenOutOfTheRoutesOfProducersAndPutBack() {
        String topic = createTopic("Perm");
        assertThat(run("wipeWritePerm", "-b", "broker-a")).contains("wipe write perm of broker[broker-a]", "OK, ");
        assertThat(run("topicRoute", "-t", topic)).containsPattern("\"perm\"\\s*:\\s*4");
        assertThat(run("addWritePerm", "-b", "broker-a")).contains("add write perm of broker[broker-a]", "OK, ");
        assertThat(run("topicRoute", "-t", topic)).containsPattern("\"perm\"\\s*:\\s*6");

        run("updateBrokerConfig", "-b", broker, "-k", "brokerPermission", "-v", "4");
        awaitPerm(topic, 4);
        run("updateBrokerConfig", "-b", broker, "-k", "brokerPermission", "-v", "6");
        awaitPerm(topic, 6);

        assertThat(run("updateTopicPerm", "-b", broker, "-t", topic, "-p", "4")).contains("success");
        awaitPerm(topic, 4);
    }

    private void awaitPerm(String topic, int perm) {
        Pattern expected = Pattern.compile("\"perm\"\\s*:\\s*" + perm);
        Awaitility.await("perm " + perm)
                .atMost(PATIENCE)
                .until(() -> expected.matcher(run("topicRoute", "-t", topic)).find());
    }

    @Test
    void theNameServerKeepsValuesAndOrders() {
        String topic = createTopic("Order");
        assertThat(run("updateKvConfig", "-s", "NS-IT", "-k", "k", "-v", "v")).contains("success");
        assertThat(run("deleteKvConfig", "-s", "NS-IT", "-k", "k")).contains("success");
        assertThat(run("updateOrderConf", "-t", topic, "-m", "put", "-v", "broker-a:2"))
                .contains("success");
        assertThat(run("updateOrderConf", "-t", topic, "-m", "get")).contains("orderConf=[broker-a:2]");
        assertThat(run("updateOrderConf", "-t", topic, "-m", "delete")).contains("success");
        assertThat(run("updateOrderConf", "-t", topic, "-m", "get")).contains("CODE: 22");
        assertThat(run("getNamesrvConfig")).containsPattern("enableTopicList\\s+=\\s+true");
    }

    @Test
    void messagesAreFoundByEverythingTheyAreKnownBy() {
        String topic = createTopic("Find");
        String key = name("key");
        String sent =
                run("sendMessage", "-t", topic, "-p", "hello", "-k", key, "-c", "tagA", "-b", "broker-a", "-i", "1");
        String unique = found("SEND_OK\\s+(\\w+)", sent);

        awaitText(List.of("queryMsgByKey", "-t", topic, "-k", key), unique);
        awaitText(List.of("queryMsgByUniqueKey", "-t", topic, "-i", unique), "tagA");
        String byOffset = run("queryMsgByOffset", "-t", topic, "-b", "broker-a", "-i", "1", "-o", "0");
        assertThat(byOffset).contains("[" + key + "]");
        assertThat(run("queryMsgById", "-t", topic, "-i", found("OffsetID:\\s+(\\w+)", byOffset)))
                .contains("[" + key + "]");
        assertThat(run("printMsg", "-t", topic)).contains(unique);
        assertThat(run("printMsgByQueue", "-t", topic, "-a", "broker-a", "-i", "1", "-p", "true"))
                .contains(unique);
        assertThat(run("consumeMessage", "-t", topic)).contains("Consume ok", unique);
        assertThat(run("queryCq", "-t", topic, "-q", "1", "-i", "0", "-b", broker))
                .contains("max: 1, min: 0");
    }

    @Test
    void theTraceOfAMessageIsFound() {
        String topic = createTopic("Traced");
        String unique = found("SEND_OK\\s+(\\w+)", run("sendMessage", "-t", topic, "-p", "hello", "-m", "true"));

        awaitText(List.of("queryMsgTraceById", "-i", unique), "success");
    }

    @Test
    void aConsumerTellsItsStateAndConsumesOnDemand() {
        String topic = createTopic("State");
        String group = name("StateGroup");
        String unique = found("SEND_OK\\s+(\\w+)", run("sendMessage", "-t", topic, "-p", "hello"));
        driver.call("push", "name", group, "group", group, "topic", topic, "from", "FIRST");
        awaitMessages(group, 1);

        String clientId = found("(\\S+@\\S+)\\s+127", run("consumerConnection", "-g", group));
        assertThat(run("consumerStatus", "-g", group, "-i", clientId)).contains(topic, "PROP_CONSUMER_START_TIMESTAMP");
        assertThat(run("consumerStatus", "-g", group)).contains(clientId);
        assertThat(run("queryMsgByUniqueKey", "-t", topic, "-i", unique, "-g", group, "-d", clientId))
                .contains("CR_SUCCESS");
        awaitMessages(group, 2);
        driver.call("close", "name", group);
    }

    private void awaitMessages(String consumer, int count) {
        Awaitility.await(count + " messages")
                .atMost(PATIENCE)
                .until(() -> driver.received(consumer).size() == count);
    }

    @Test
    void groupsAreMovedConnectedOrNot() {
        String topic = createTopic("Move");
        String group = name("MoveGroup");
        driver.call("producer", "name", topic);
        driver.call("send", "producer", topic, "topic", topic, "prefix", "m", "count", 6);
        driver.call("close", "name", topic);
        driver.call("push", "name", group, "group", group, "topic", topic, "from", "FIRST");
        awaitMessages(group, 6);

        assertThat(run("resetOffsetByTime", "-g", group, "-t", topic, "-s", "0"))
                .contains("broker-a");
        awaitMessages(group, 12);
        driver.call("close", "name", group);

        assertThat(run("resetOffsetByTime", "-g", group, "-t", topic, "-s", "0"))
                .contains("broker-a");
        assertThat(run("consumerProgress", "-g", group)).contains("Consume Diff Total: 6");
        assertThat(run("skipAccumulatedMessage", "-g", group, "-t", topic)).contains("broker-a");
        assertThat(run("consumerProgress", "-g", group)).contains("Consume Diff Total: 0");

        String copy = name("MoveCopy");
        run("updateSubGroup", "-b", broker, "-g", copy);
        assertThat(run("cloneGroupOffset", "-s", group, "-d", copy, "-t", topic))
                .contains("clone group offset success");
        assertThat(run("brokerConsumeStats", "-b", broker)).contains(group, copy);
        assertThat(run("statsAll", "-t", topic)).containsPattern(group + "\\s+0\\s+[\\d.]+\\s+[\\d.]+\\s+6\\s+12");
    }

    @Test
    void everyMemberOfABroadcastingGroupIsMoved() {
        String topic = createTopic("Cast");
        String group = name("CastGroup");
        driver.call("producer", "name", topic);
        driver.call("send", "producer", topic, "topic", topic, "prefix", "m", "count", 4);
        driver.call("close", "name", topic);
        for (String member : List.of(group + "1", group + "2")) {
            driver.call(
                    "push", "name", member, "group", group, "topic", topic, "from", "FIRST", "model", "BROADCASTING");
            awaitMessages(member, 4);
        }

        assertThat(run("resetOffsetByTime", "-g", group, "-t", topic, "-s", "0"))
                .contains("broker-a");

        for (String member : List.of(group + "1", group + "2")) {
            awaitMessages(member, 8);
            driver.call("close", "name", member);
        }
    }

    @Test
    void topicsAndGroupsAreCreatedInLists() throws Exception {
        String topic = name("Listed");
        String group = name("ListedGroup");
        Path topics = Files.writeString(
                directory.resolve("topics.json"),
                "[{\"topicName\":\"" + topic + "\",\"readQueueNums\":3,\"writeQueueNums\":3,\"perm\":6,"
                        + "\"topicFilterType\":\"SINGLE_TAG\"}]");
        Path groups = Files.writeString(
                directory.resolve("groups.json"), "[{\"groupName\":\"" + group + "\",\"retryMaxTimes\":7}]");

        assertThat(run("updateTopicList", "-b", broker, "-f", topics.toString()))
                .contains("success");
        assertThat(run("topicRoute", "-t", topic)).containsPattern("\"readQueueNums\"\\s*:\\s*3");
        assertThat(run("updateSubGroupList", "-b", broker, "-f", groups.toString()))
                .contains("success");
        assertThat(run("getConsumerConfig", "-g", group)).containsPattern("retryMaxTimes\\s+=\\s+7");
        assertThat(run("topicClusterList", "-t", topic)).contains("DefaultCluster");
        assertThat(run("allocateMQ", "-t", topic, "-i", "127.0.0.1")).contains("\"queueId\":2");
    }

    @Test
    void aBrokerIsCleanedMeasuredAndExported() {
        String topic = createTopic("Measured");
        assertThat(run("cleanExpiredCQ", "-b", broker)).contains("success");
        assertThat(run("cleanUnusedTopic", "-b", broker)).contains("success");
        assertThat(run("deleteExpiredCommitLog", "-b", broker)).contains("success");
        assertThat(run("haStatus", "-b", broker)).contains("#InSyncSlaveNum");
        assertThat(run("sendMsgStatus", "-b", "broker-a", "-c", "1")).contains("SEND_OK");
        assertThat(run("checkMsgSendRT", "-t", topic, "-a", "1")).contains("Avg RT");
        for (String what : List.of("exportConfigs", "exportMetadata", "exportMetrics")) {
            assertThat(run(what, "-c", "DefaultCluster", "-f", directory.toString()))
                    .contains("success");
        }
        assertThat(directory)
                .isDirectoryContaining("glob:**configs.json")
                .isDirectoryContaining("glob:**metadata.json");
    }

    @Tag("firn")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "resetMasterFlushOffset -o 1 -b",
                "getColdDataFlowCtrInfo -b",
                "setCommitLogReadAheadMode -m 0 -b",
                "listUser -b",
                "listAcl -b",
                "getBrokerLiteInfo -b",
                "addBroker -b /x -c"
            })
    void whatIsNotThereIsSaidSo(String command) {
        String[] words = (command + " " + broker).split(" ", -1);
        String[] args = new String[words.length - 1];
        System.arraycopy(words, 1, args, 0, args.length);

        assertThat(run(words[0], args)).containsPattern("CODE: 3 +DESC: +request type \\d+ not supported");
    }

    private String createTopic(String role) {
        String topic = name(role);
        assertThat(run("updateTopic", "-b", broker, "-t", topic, "-r", "2", "-w", "2"))
                .contains("success");
        return topic;
    }

    private void awaitText(List<String> command, String expected) {
        String[] args = command.subList(1, command.size()).toArray(String[]::new);
        Awaitility.await(command + " to say " + expected)
                .atMost(PATIENCE)
                .until(() -> run(command.getFirst(), args), said -> said.contains(expected));
    }

    private String run(String command, String... args) {
        return mqadmin.run(command, args);
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private static String name(String role) {
        return role + "_" + Long.toString(System.nanoTime(), 36);
    }
}
