package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.BrokerStatsBody;
import io.firn.broker.wire.body.KvTableBody;
import io.firn.broker.wire.body.QueueEntriesBody;
import io.firn.broker.wire.body.QueueEntry;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools see of the broker itself, over a socket. */
final class BrokerCodesTest {

    @TempDir
    Path root;

    private AdminRoom room;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root);
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    private Map<String, String> runtime() {
        return room.bodyOf(room.ask(RequestCode.GET_BROKER_RUNTIME_INFO), KvTableBody.class)
                .table();
    }

    @Test
    void hasEveryKeyThatToolsRead() {
        assertThat(runtime())
                .containsKeys(
                        "brokerVersionDesc",
                        "brokerActive",
                        "bootTimestamp",
                        "msgPutTotalYesterdayMorning",
                        "msgPutTotalTodayMorning",
                        "msgPutTotalTodayNow",
                        "msgGetTotalYesterdayMorning",
                        "msgGetTotalTodayMorning",
                        "msgGetTotalTodayNow",
                        "sendThreadPoolQueueSize",
                        "pullThreadPoolQueueSize",
                        "sendThreadPoolQueueHeadWaitTimeMills",
                        "pullThreadPoolQueueHeadWaitTimeMills",
                        "queryThreadPoolQueueSize",
                        "queryThreadPoolQueueHeadWaitTimeMills",
                        "ackThreadPoolQueueSize",
                        "ackThreadPoolQueueHeadWaitTimeMills",
                        "litePullThreadPoolQueueSize",
                        "litePullThreadPoolQueueHeadWaitTimeMills",
                        "EndTransactionQueueSize",
                        "sendThreadPoolQueueCapacity",
                        "pullThreadPoolQueueCapacity",
                        "queryThreadPoolQueueCapacity",
                        "ackThreadPoolQueueCapacity",
                        "litePullThreadPoolQueueCapacity",
                        "EndTransactionThreadPoolQueueCapacity",
                        "pageCacheLockTimeMills",
                        "earliestMessageTimeStamp",
                        "commitLogMinOffset",
                        "commitLogMaxOffset",
                        "commitLogDiskRatio",
                        "consumeQueueDiskRatio",
                        "putTps",
                        "getTotalTps",
                        "getFoundTps",
                        "getMissTps",
                        "getTransferredTps",
                        "putMessageAverageSize",
                        "putMessageTimesTotal",
                        "putMessageSizeTotal",
                        "putMessageDistributeTime",
                        "timerReadBehind",
                        "timerOffsetBehind",
                        "timerCongestNum",
                        "timerEnqueueTps",
                        "timerDequeueTps",
                        "startAcceptSendRequestTimeStamp",
                        "runtime",
                        "commitLogDiskRatio_" + root.resolve("commitlog"))
                .containsEntry("runtime", "[ 0 days, 1 hours, 2 minutes, 3 seconds ]")
                .containsEntry("earliestMessageTimeStamp", "-1");
    }

    @Test
    void showsTrueNumbersOfLogAndTraffic() {
        room.createTopic("T1", 1);
        room.store("T1", 0, "one");
        room.clock.advance(Duration.ofMinutes(10));
        room.traffic.sample();
        room.putMessages.addAndGet(600);
        room.gotMessages.addAndGet(60);
        room.clock.advance(Duration.ofSeconds(10));

        Map<String, String> table = runtime();

        assertThat(table)
                .containsEntry("earliestMessageTimeStamp", Long.toString(AdminRoom.NOW_MS))
                .containsEntry("commitLogMaxOffset", room.log.appended().toString())
                .containsEntry("dispatchBehindBytes", "0")
                .containsEntry("msgPutTotalTodayNow", "600")
                .containsEntry("putMessageAverageSize", "100.00")
                .containsEntry("putTps", "60.00 10.00 1.00")
                .containsEntry("getTransferredTps", "6.00 1.00 0.10")
                .containsEntry("getTotalTps", "0.00 0.00 0.00");
        assertThat(Double.parseDouble(table.get("commitLogDiskRatio"))).isBetween(0.0, 1.0);
    }

    @Test
    void saysThatItIsAPrimaryWithoutReplicas() {
        assertThat(AdminRoom.text(room.ask(RequestCode.GET_BROKER_HA_STATUS)))
                .contains("\"master\":true", "\"inSyncSlaveNums\":0", "\"haConnectionInfo\":[]");
    }

    @Test
    void showsItsSettingsAsProperties() throws IOException {
        RemotingCommand answer = room.ask(RequestCode.GET_BROKER_CONFIG);

        Properties read = new Properties();
        read.load(new StringReader(AdminRoom.text(answer)));
        assertThat(read).isEqualTo(Map.of("brokerName", "broker-t", "storePathRootDir", "C:\\data"));
        assertThat(answer.ext().get("version")).startsWith("{\"stateVersion\":0,");
    }

    @Test
    void changesSettingsAndTellsTheNewVersion() {
        RemotingCommand answer = room.askWithBody(RequestCode.UPDATE_BROKER_CONFIG, "fileReservedTime=48\n");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(answer.ext().get("version")).contains("\"counter\":1");
        assertThat(AdminRoom.text(room.ask(RequestCode.GET_BROKER_CONFIG))).contains("fileReservedTime=48\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"'';names no setting", "brokerName=\\u12;not in properties format", "# nothing;names no setting"})
    void saysWhatIsWrongWithAWishForSettings(String body, String why) {
        RemotingCommand answer = room.askWithBody(RequestCode.UPDATE_BROKER_CONFIG, body);

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains(why);
        assertThat(room.settings.now().version().counter()).isZero();
    }

    @Test
    void showsStatisticsOfATopicFromItsQueues() {
        room.createTopic("T1", 2);
        room.store("T1", 0, "yesterday's");
        room.clock.advance(Duration.ofHours(25));
        room.store("T1", 0, "earlier");
        room.clock.advance(Duration.ofMinutes(30));
        room.store("T1", 1, "now");

        BrokerStatsBody stats = room.bodyOf(
                room.ask(RequestCode.VIEW_BROKER_STATS_DATA, "statsName", "TOPIC_PUT_NUMS", "statsKey", "T1"),
                BrokerStatsBody.class);

        assertThat(stats.statsMinute().sum()).isEqualTo(1);
        assertThat(stats.statsHour().sum()).isEqualTo(2);
        assertThat(stats.statsDay().sum()).isEqualTo(2);
    }

    @Test
    void showsStatisticsOfTheBroker() {
        room.putMessages.addAndGet(30);
        room.clock.advance(Duration.ofSeconds(5));

        BrokerStatsBody stats = room.bodyOf(
                room.ask(RequestCode.VIEW_BROKER_STATS_DATA, "statsName", "BROKER_PUT_NUMS", "statsKey", "cluster-t"),
                BrokerStatsBody.class);

        assertThat(stats.statsMinute().sum()).isEqualTo(30);
        assertThat(stats.statsMinute().tps()).isEqualTo(0.5);
    }

    @Test
    void showsWhatAGroupWasGivenOfATopic() {
        room.groups.deliveries().count("G1", "T1", 10, 1_000);
        for (int i = 0; i < 12; i++) {
            room.clock.advance(Duration.ofSeconds(10));
            room.traffic.sample();
        }
        room.groups.deliveries().count("G1", "T1", 30, 6_000);

        BrokerStatsBody messages = statsOfGroup("GROUP_GET_NUMS");
        BrokerStatsBody bytes = statsOfGroup("GROUP_GET_SIZE");

        assertThat(messages.statsMinute().sum()).isEqualTo(30);
        assertThat(messages.statsMinute().tps()).isEqualTo(0.5);
        assertThat(messages.statsHour().sum()).isEqualTo(40);
        assertThat(messages.statsDay().sum()).isEqualTo(40);
        assertThat(bytes.statsMinute().sum()).isEqualTo(6_000);
    }

    @Test
    void forgetsWhatADeletedGroupWasGiven() {
        room.groups.deliveries().count("G1", "T1", 10, 1_000);
        room.traffic.sample();
        room.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, "groupName", "G1");
        room.traffic.sample();

        assertThat(room.ask(RequestCode.VIEW_BROKER_STATS_DATA, "statsName", "GROUP_GET_NUMS", "statsKey", "T1@G1")
                        .code())
                .isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    private BrokerStatsBody statsOfGroup(String name) {
        return room.bodyOf(
                room.ask(RequestCode.VIEW_BROKER_STATS_DATA, "statsName", name, "statsKey", "T1@G1"),
                BrokerStatsBody.class);
    }

    @ParameterizedTest
    @CsvSource({"TOPIC_PUT_NUMS, T9", "BROKER_PUT_NUMS, other", "GROUP_GET_NUMS, T1@G1", "NOPE, T1"})
    void namesTheStatisticsItHas(String name, String key) {
        RemotingCommand answer = room.ask(RequestCode.VIEW_BROKER_STATS_DATA, "statsName", name, "statsKey", key);

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("The stats <" + name + "> <" + key + "> not exist", "TOPIC_PUT_NUMS");
    }

    @Test
    void showsAStretchOfAQueueAndWhatAGroupSeesOfIt() {
        room.createTopic("T1", 1);
        room.store("T1", 0, "one", "TAGS=a");
        room.store("T1", 0, "two", "TAGS=b");
        room.heartbeat("client-1", "PG", "CG", "T1");

        QueueEntriesBody plain = entries("index", "1", "count", "10");
        QueueEntriesBody seen = entries("index", "0", "count", "10", "consumerGroup", "CG");

        assertThat(plain.maxQueueIndex()).isEqualTo(2);
        assertThat(plain.queueData())
                .singleElement()
                .extracting(QueueEntry::tagsCode, QueueEntry::eval)
                .containsExactly((long) "b".hashCode(), false);
        assertThat(seen.queueData()).extracting(QueueEntry::eval).containsExactly(true, false);
        assertThat(seen.queueData().get(1).physicOffset())
                .isEqualTo(seen.queueData().get(0).physicSize());
        assertThat(seen.subscriptionData()).isNotNull();
    }

    private QueueEntriesBody entries(String... fields) {
        String[] all = new String[fields.length + 4];
        System.arraycopy(new String[] {"topic", "T1", "queueId", "0"}, 0, all, 0, 4);
        System.arraycopy(fields, 0, all, 4, fields.length);
        return room.bodyOf(room.ask(RequestCode.QUERY_CONSUME_QUEUE, all), QueueEntriesBody.class);
    }

    @ParameterizedTest
    @CsvSource({
        "T9, 0, 0, 1, 1, 0@T9 is not exist!",
        "T1, 9, 0, 1, 1, 9@T1 is not exist!",
        "T1, -1, 0, 1, 1, -1@T1 is not exist!",
        "T1, 0, 5, 1, 1, Index 5 of 0@T1 is not exist!",
        "T1, 0, -2, 1, 1, Index -2 of 0@T1",
        "T1, 0, 0, -1, 29, count is -1",
        "T1, 0, 0, 999999, 29, expected 0..10000"
    })
    void saysWhichStretchIsNotThere(String topic, String queue, String index, String count, int code, String why) {
        room.createTopic("T1", 1);
        room.store("T1", 0, "one");

        RemotingCommand answer = room.ask(
                RequestCode.QUERY_CONSUME_QUEUE, "topic", topic, "queueId", queue, "index", index, "count", count);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
                RequestCode.CLEAN_UNUSED_TOPIC,
                RequestCode.DELETE_EXPIRED_COMMITLOG
            })
    void asksForCleaning(int code) {
        assertThat(room.ask(code).code()).isEqualTo(ResponseCode.SUCCESS);

        switch (code) {
            case RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE ->
                assertThat(room.cleanups).containsExactly("queue files");
            case RequestCode.DELETE_EXPIRED_COMMITLOG ->
                assertThat(room.cleanups).containsExactly("segments");
            default -> assertThat(room.cleanups).isEmpty();
        }
    }
}
