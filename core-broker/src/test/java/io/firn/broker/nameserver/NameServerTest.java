package io.firn.broker.nameserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.RecordingConnection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.BrokerMembersBody;
import io.firn.broker.wire.body.ClusterBody;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.KvTableBody;
import io.firn.broker.wire.body.QueueRoute;
import io.firn.broker.wire.body.TopicListBody;
import io.firn.broker.wire.body.TopicRouteBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The name server's table and codes, on the test's thread. */
final class NameServerTest {

    private static final String A = "10.0.0.1:10911";
    private static final String B = "10.0.0.2:10911";

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final RouteTable routes = new RouteTable(clock);
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Closer closer = new Closer();
    private final RecordingConnection toA = new RecordingConnection();
    private final RecordingConnection toB = new RecordingConnection();
    private final RecordingConnection tool = new RecordingConnection();

    @TempDir
    Path root;

    private RequestRouter table;

    @BeforeEach
    void open() {
        ConfigHome home = new ConfigHome(root, agent("control"), agent("housekeeper"), clock, new Metrics());
        table = new NameServerHandler(routes, KeyValues.open(home), new NameServerSettings()).table(Runnable::run);
    }

    private TaskAgent agent(String role) {
        return closer.add(
                TaskAgent.start("test-" + role, 100, Clock.system(), (component, cause) -> faults.add(cause)));
    }

    @AfterEach
    void close() {
        closer.close();
        assertThat(faults).isEmpty();
    }

    @Test
    void knowsTheTopicsOfEveryBroker() {
        register(toA, "a", 0, A, 1, "T");
        register(toB, "b", 0, B, 1, "T");

        TopicRouteBody route = route("T");

        assertThat(route.queueDatas()).extracting(QueueRoute::brokerName).containsExactly("a", "b");
        assertThat(route.brokerDatas().getFirst().brokerAddrs()).containsExactly(Map.entry(0L, A));
        assertThat(body(ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER), TopicListBody.class)
                        .topicList())
                .containsExactly("T");
        assertThat(body(ask(RequestCode.GET_BROKER_CLUSTER_INFO), ClusterBody.class)
                        .clusterAddrTable())
                .containsOnlyKeys("c");
    }

    @Test
    void saysThatNobodyServesATopic() {
        Reply.Now answer = ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, "topic", "Nothing");

        assertThat(answer.code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(answer.remark()).isEqualTo("No topic route info in name server for the topic: Nothing");
    }

    @Test
    void forgetsABrokerThatSaysGoodbye() {
        register(toA, "a", 0, A, 1, "T");
        register(toB, "b", 0, B, 1, "T");
        ask(RequestCode.UNREGISTER_BROKER, "brokerName", "a", "brokerAddr", A, "clusterName", "c", "brokerId", "0");

        assertThat(route("T").queueDatas()).extracting(QueueRoute::brokerName).containsExactly("b");
    }

    @Test
    void forgetsABrokerWhoseConnectionCloses() {
        register(toA, "a", 0, A, 1, "T");
        routes.connectionClosed(toA);

        assertThat(ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, "topic", "T").code())
                .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    @Test
    void keepsABrokerThatCameBackBeforeItsOldConnectionClosed() {
        register(toA, "a", 0, A, 1, "T");
        register(toB, "a", 0, A, 1, "T");
        routes.connectionClosed(toA);

        assertThat(route("T").brokerDatas()).hasSize(1);
    }

    @Test
    void forgetsABrokerThatIsSilentForTooLong() {
        register(toA, "a", 0, A, 1, "T");
        register(toB, "b", 0, B, 1, "T");
        clock.advance(Duration.ofSeconds(100));
        ask(RequestCode.BROKER_HEARTBEAT, "brokerAddr", B, "brokerName", "b", "clusterName", "c");
        clock.advance(Duration.ofSeconds(21));
        routes.dropSilent();

        assertThat(route("T").queueDatas()).extracting(QueueRoute::brokerName).containsExactly("b");
    }

    @Test
    void tellsAReplicaItsPrimaryAndClientsBoth() {
        register(toA, "a", 0, A, 1, "T");
        Reply.Now answer = register(toB, "a", 1, B, 1, "T");

        assertThat(fields(answer)).containsEntry("masterAddr", A);
        BrokerMembersBody members = body(
                ask(RequestCode.GET_BROKER_MEMBER_GROUP, "brokerName", "a", "clusterName", "c"),
                BrokerMembersBody.class);
        assertThat(members.brokerMemberGroup().brokerAddrs()).containsOnly(Map.entry(0L, A), Map.entry(1L, B));
    }

    @Test
    void leavesNoGhostWhenABrokerChangesItsName() {
        register(toA, "a", 0, A, 1, "T");
        register(toA, "renamed", 0, A, 1, "T");

        assertThat(route("T").brokerDatas()).hasSize(1);
        assertThat(route("T").brokerDatas().getFirst().brokerName()).isEqualTo("renamed");
    }

    @Test
    void refusesARegistrationThatWasDamagedOrIsUnreadable() {
        Reply.Now damaged = ask(toA, RequestCode.REGISTER_BROKER, registration("T", 1), fields("a", 0, A, 77));
        Reply.Now empty = ask(toA, RequestCode.REGISTER_BROKER, "", fields("a", 0, A, 0));
        Map<String, String> compressed = fields("a", 0, A, 0);
        compressed.put("compressed", "true");

        assertThat(damaged.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(damaged.remark()).contains("crc32");
        assertThat(empty.remark()).contains("RegisterBrokerBody: it is empty");
        assertThat(ask(toA, RequestCode.REGISTER_BROKER, "x", compressed).remark())
                .contains("compressedRegister=false");
        assertThat(body(ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER), TopicListBody.class)
                        .topicList())
                .isEmpty();
    }

    @Test
    void ignoresTheCrcWhenThereIsNone() {
        assertThat(ask(toA, RequestCode.REGISTER_BROKER, registration("T", 1), fields("a", 0, A, 0))
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(route("T").queueDatas()).hasSize(1);
    }

    @Test
    void takesAnyTimeOut() {
        Map<String, String> fields = fields("a", 0, A, 0);
        fields.put("heartbeatTimeoutMillis", Long.toString(Long.MAX_VALUE));

        assertThat(ask(toA, RequestCode.REGISTER_BROKER, registration("T", 1), fields)
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);
    }

    @Test
    void keepsWritingForbiddenUntilItIsAllowedAgain() {
        register(toA, "a", 0, A, 1, "T");
        Reply.Now wiped = ask(RequestCode.WIPE_WRITE_PERM_OF_BROKER, "brokerName", "a");
        assertThat(fields(wiped)).containsEntry("wipeTopicCount", "1");
        assertThat(route("T").queueDatas().getFirst().perm()).isEqualTo(4);

        register(toA, "a", 0, A, 2, "T");
        assertThat(route("T").queueDatas().getFirst().perm()).isEqualTo(4);

        Reply.Now restored = ask(RequestCode.ADD_WRITE_PERM_OF_BROKER, "brokerName", "a");
        assertThat(fields(restored)).containsEntry("addTopicCount", "1");
        register(toA, "a", 0, A, 2, "T");
        assertThat(route("T").queueDatas().getFirst().perm()).isEqualTo(6);
    }

    @Test
    void tellsWhetherItsVersionIsTheBrokers() {
        register(toA, "a", 0, A, 7, "T");
        Reply.Now same = askVersion(7);
        Reply.Now other = askVersion(8);

        assertThat(fields(same)).containsEntry("changed", "false");
        assertThat(fields(other)).containsEntry("changed", "true");
        assertThat(body(other, DataVersion.class)).isEqualTo(new DataVersion(0, 1, 7));
    }

    @Test
    void deletesATopicInOneClusterOrInAll() {
        register(toA, "a", 0, A, 1, "T");
        ask(RequestCode.DELETE_TOPIC_IN_NAMESRV, "topic", "T", "clusterName", "other");
        assertThat(route("T").queueDatas()).hasSize(1);
        ask(RequestCode.DELETE_TOPIC_IN_NAMESRV, "topic", "T");
        assertThat(ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, "topic", "T").code())
                .isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    @Test
    void keepsValuesByNamespaceAndGivesOrdersWithTheRoute() {
        register(toA, "a", 0, A, 1, "T");
        ask(RequestCode.PUT_KV_CONFIG, "namespace", "ORDER_TOPIC_CONFIG", "key", "T", "value", "a:4");

        assertThat(fields(ask(RequestCode.GET_KV_CONFIG, "namespace", "ORDER_TOPIC_CONFIG", "key", "T")))
                .containsEntry("value", "a:4");
        assertThat(route("T").orderTopicConf()).isEqualTo("a:4");
        assertThat(body(register(toA, "a", 0, A, 1, "T"), KvTableBody.class).table())
                .containsEntry("T", "a:4");
        ask(RequestCode.DELETE_KV_CONFIG, "namespace", "ORDER_TOPIC_CONFIG", "key", "T");
        assertThat(ask(RequestCode.GET_KV_CONFIG, "namespace", "ORDER_TOPIC_CONFIG", "key", "T")
                        .code())
                .isEqualTo(ResponseCode.QUERY_NOT_FOUND);
        assertThat(ask(RequestCode.GET_KVLIST_BY_NAMESPACE, "namespace", "ORDER_TOPIC_CONFIG")
                        .code())
                .isEqualTo(ResponseCode.QUERY_NOT_FOUND);
    }

    @Test
    void keepsValuesOverARestart() {
        ask(RequestCode.PUT_KV_CONFIG, "namespace", "N", "key", "k 1", "value", "v=1;v:2");
        ask(RequestCode.PUT_KV_CONFIG, "namespace", "N", "key", "gone", "value", "x");
        ask(RequestCode.DELETE_KV_CONFIG, "namespace", "N", "key", "gone");
        ask(RequestCode.DELETE_KV_CONFIG, "namespace", "Nothing", "key", "gone");

        assertThat(root.resolve("kvConfig.json")).content().contains("configTable", "v=1;v:2");
        open();
        assertThat(body(ask(RequestCode.GET_KVLIST_BY_NAMESPACE, "namespace", "N"), KvTableBody.class)
                        .table())
                .containsOnly(Map.entry("k 1", "v=1;v:2"));
    }

    @Test
    void startsWithTheFileOfAnotherNameServerAndNamesABrokenOne() throws IOException {
        Files.writeString(
                root.resolve("kvConfig.json"), "{\"configTable\":{\"ORDER_TOPIC_CONFIG\":{\"T\":\"a:8\"},\"E\":{}}}");
        open();
        register(toA, "a", 0, A, 1, "T");
        assertThat(route("T").orderTopicConf()).isEqualTo("a:8");

        Files.writeString(root.resolve("kvConfig.json"), "{\"configTable\":[]}");
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("kvConfig.json")
                .hasMessageContaining("configTable");
    }

    @Test
    void showsItsSettingsAndSaysThatNoneChanges() {
        Reply.Now shown = ask(RequestCode.GET_NAMESRV_CONFIG);
        ReplyBody body = shown.body();
        byte[] bytes = new byte[body.length()];
        body.slice(0).get(bytes);

        assertThat(new String(bytes, UTF_8)).contains("scanNotActiveBrokerInterval=5000\n", "orderMessageEnable=true");
        assertThat(change("orderMessageEnable=true\n").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(change("orderMessageEnable=false\n").code()).isEqualTo(ResponseCode.NO_PERMISSION);
        assertThat(change("orderMessageEnable=false\n").remark()).contains("orderMessageEnable", "can not be changed");
        assertThat(change("colour=red").remark()).contains("setting colour is unknown");
        assertThat(change("").remark()).contains("names no setting");
        assertThat(change("a=\\u1").remark()).contains("not in properties format");
    }

    private Reply.Now change(String settings) {
        return ask(tool, RequestCode.UPDATE_NAMESRV_CONFIG, settings, Map.of());
    }

    @Test
    void listsTopicsByTheirUnits() {
        registerWithFlags("Plain", 0);
        registerWithFlags("Unit", 1);
        registerWithFlags("Read", 2);
        registerWithFlags("Both", 3);

        assertThat(listed(RequestCode.GET_UNIT_TOPIC_LIST)).containsExactly("Both", "Unit");
        assertThat(listed(RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST)).containsExactly("Both", "Read");
        assertThat(listed(RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST)).containsExactly("Read");
    }

    private List<String> listed(int code) {
        return body(ask(code), TopicListBody.class).topicList();
    }

    private void registerWithFlags(String topic, int flags) {
        String body = registration(topic, 1).replace("\"topicSysFlag\":0", "\"topicSysFlag\":" + flags);
        assertThat(ask(toA, RequestCode.REGISTER_BROKER, body, fields("a", 0, A, 0))
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);
    }

    private Reply.Now askVersion(int counter) {
        return ask(
                toA,
                RequestCode.QUERY_DATA_VERSION,
                "{\"stateVersion\":0,\"timestamp\":1,\"counter\":" + counter + "}",
                fields("a", 0, A, 0));
    }

    private TopicRouteBody route(String topic) {
        return body(ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, "topic", topic), TopicRouteBody.class);
    }

    private Reply.Now register(
            RecordingConnection from, String name, int id, String address, int counter, String topic) {
        String body = registration(topic, counter);
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(UTF_8));
        return ask(
                from, RequestCode.REGISTER_BROKER, body, fields(name, id, address, (int) crc.getValue() & 0x7FFFFFFF));
    }

    private static String registration(String topic, int counter) {
        return """
                {"topicConfigSerializeWrapper":{"dataVersion":{"stateVersion":0,"timestamp":1,"counter":%d},
                "topicConfigTable":{"%s":{"topicName":"%s","readQueueNums":4,"writeQueueNums":4,"perm":6,
                "topicFilterType":"SINGLE_TAG","topicSysFlag":0,"order":false}}},"filterServerList":[]}
                """.formatted(counter, topic, topic);
    }

    private static Map<String, String> fields(String name, int id, String address, int crc) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("brokerName", name);
        fields.put("brokerAddr", address);
        fields.put("clusterName", "c");
        fields.put("haServerAddr", address);
        fields.put("brokerId", Integer.toString(id));
        fields.put("bodyCrc32", Integer.toString(crc));
        return fields;
    }

    private Reply.Now ask(int code, String... fields) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put(fields[i], fields[i + 1]);
        }
        return ask(tool, code, "", map);
    }

    private Reply.Now ask(RecordingConnection from, int code, String body, Map<String, String> fields) {
        int before = from.replies().size();
        byte[] header = Json.encode(Map.of("code", code, "flag", 0, "opaque", 1, "extFields", fields));
        byte[] bytes = body.getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + header.length + bytes.length)
                .putInt(4 + header.length + bytes.length)
                .putInt(header.length)
                .put(header)
                .put(bytes);
        assertThat(table.handle(RemotingCommand.decode(frame.array()), from)).isEqualTo(Reply.LATER);
        Awaitility.await("the answer").until(() -> from.replies().size() == before + 1);
        Awaitility.await("its end").until(() -> from.pendingReplies() == 0);
        return from.replies().getLast();
    }

    private static <T> T body(Reply.Now answer, Class<T> type) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        ReplyBody body = answer.body();
        byte[] bytes = new byte[body.length()];
        body.slice(0).get(bytes);
        return Json.decode(bytes, type);
    }

    private static Map<String, String> fields(Reply.Now answer) {
        Map<String, String> fields = new HashMap<>();
        answer.header().writeTo(new ExtWriter() {
            @Override
            public void put(ExtKey key, long value) {
                fields.put(key.name(), Long.toString(value));
            }

            @Override
            public void put(ExtKey key, boolean value) {
                fields.put(key.name(), Boolean.toString(value));
            }

            @Override
            public void put(ExtKey key, String value) {
                fields.put(key.name(), value);
            }

            @Override
            public void put(ExtKey key, byte[] ascii, int length) {
                fields.put(key.name(), new String(ascii, 0, length, UTF_8));
            }
        });
        return fields;
    }
}
