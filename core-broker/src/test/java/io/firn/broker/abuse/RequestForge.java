package io.firn.broker.abuse;

import io.firn.broker.abuse.ForgedRequest.Field;
import io.firn.broker.wire.RequestCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes requests of every code there is that are nearly right: one header has the fields of all codes, since each takes
 * its own, and bodies have the shape the code expects, mostly. Then something is wrong with them. Names all begin with
 * {@code Fuzz}, so that others' topics and groups are not meant by accident.
 */
final class RequestForge {

    static final String TOPIC = "FuzzTopic";
    static final String GROUP = "FuzzGroup";

    private static final int ONE_WAY = 2;
    private static final String SUBSCRIPTION =
            "{\"topic\":\"FuzzTopic\",\"subString\":\"a || b\",\"tagsSet\":[\"a\",\"b\"],\"codeSet\":[97,98],"
                    + "\"subVersion\":1700000000000,\"expressionType\":\"TAG\",\"classFilterMode\":false}";
    private static final String QUEUE = "{\"topic\":\"FuzzTopic\",\"brokerName\":\"FuzzBroker\",\"queueId\":0}";
    private static final String TOPIC_CONFIG =
            "{\"topicName\":\"FuzzTopic\",\"readQueueNums\":4,\"writeQueueNums\":4,\"perm\":6,"
                    + "\"topicFilterType\":\"SINGLE_TAG\",\"topicSysFlag\":0,\"order\":false,\"attributes\":{\"+message.type\":\"NORMAL\"}}";
    private static final String VERSION = "{\"stateVersion\":0,\"timestamp\":1700000000000,\"counter\":7}";
    private static final String GROUP_CONFIG =
            "{\"groupName\":\"FuzzGroup\",\"consumeEnable\":true,\"consumeBroadcastEnable\":true,\"retryQueueNums\":1,"
                    + "\"retryMaxTimes\":16,\"groupRetryPolicy\":{\"type\":\"CUSTOMIZED\"},\"brokerId\":0,"
                    + "\"subscriptionDataSet\":[{\"topic\":\"FuzzTopic\",\"expressionType\":\"TAG\",\"expression\":\"*\",\"version\":1}],"
                    + "\"attributes\":{\"a\":\"b\"}}";
    private static final String REGISTRATION =
            "{\"filterServerList\":[],\"topicConfigSerializeWrapper\":{\"topicConfigTable\":{\"FuzzTopic\":"
                    + TOPIC_CONFIG + "},\"dataVersion\":" + VERSION + "}}";
    private static final String HEARTBEAT =
            "{\"clientID\":\"FuzzClient\",\"producerDataSet\":[{\"groupName\":\"FuzzGroup\"}],\"consumerDataSet\":[{"
                    + "\"groupName\":\"FuzzGroup\",\"consumeType\":\"CONSUME_PASSIVELY\",\"messageModel\":\"CLUSTERING\","
                    + "\"consumeFromWhere\":\"CONSUME_FROM_LAST_OFFSET\",\"unitMode\":false,\"subscriptionDataSet\":["
                    + SUBSCRIPTION + "]}],\"heartbeatFingerprint\":0,\"withoutSub\":false}";
    private static final String LOCK = "{\"consumerGroup\":\"FuzzGroup\",\"clientId\":\"FuzzClient\",\"mqSet\":["
            + QUEUE + "],\"onlyThisBroker\":true}";

    private static final Map<Integer, String> BODIES = Map.ofEntries(
            Map.entry(RequestCode.HEART_BEAT, HEARTBEAT),
            Map.entry(
                    RequestCode.CHECK_CLIENT_CONFIG,
                    "{\"clientId\":\"c\",\"group\":\"FuzzGroup\",\"subscriptionData\":" + SUBSCRIPTION + "}"),
            Map.entry(RequestCode.LOCK_BATCH_MQ, LOCK),
            Map.entry(RequestCode.UNLOCK_BATCH_MQ, LOCK),
            Map.entry(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, "{\"topicConfigList\":[" + TOPIC_CONFIG + "]}"),
            Map.entry(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, GROUP_CONFIG),
            Map.entry(
                    RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
                    "{\"groupConfigList\":[" + GROUP_CONFIG + "]}"),
            Map.entry(RequestCode.REGISTER_BROKER, REGISTRATION),
            Map.entry(RequestCode.QUERY_DATA_VERSION, VERSION),
            Map.entry(
                    RequestCode.REGISTER_TOPIC_IN_NAMESRV,
                    "{\"queueDatas\":[{\"brokerName\":\"FuzzBroker\",\"readQueueNums\":4,\"writeQueueNums\":4,\"perm\":6,"
                            + "\"topicSysFlag\":0}],\"brokerDatas\":[]}"),
            Map.entry(RequestCode.UPDATE_BROKER_CONFIG, "listenPort=1\nfuzz=1\n"),
            Map.entry(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, "{\"offsetTable\":{" + QUEUE + ":5}}"));

    /** Fields of all codes by their long names; then the one-letter names of sends. */
    private static final List<Field> FIELDS = fields(
            "topic=FuzzTopic producerGroup=FuzzGroup consumerGroup=FuzzGroup group=FuzzGroup groupName=FuzzGroup queueId=0"
                    + " queueOffset=0 maxMsgNums=32 commitOffset=0 suspendTimeoutMillis=0 subscription=* subVersion=0"
                    + " expressionType=TAG maxMsgBytes=4096 defaultTopic=TBW102 defaultTopicQueueNums=4"
                    + " bornTimestamp=1700000000000 flag=0 reconsumeTimes=0 unitMode=false maxReconsumeTimes=16 batch=false"
                    + " offset=0 timestamp=1700000000000 boundaryType=LOWER setZeroIfNotFound=false key=k maxNum=32"
                    + " beginTimestamp=0 endTimestamp=9999999999999 indexType=K clientID=FuzzClient perm=6 readQueueNums=4"
                    + " writeQueueNums=4 topicFilterType=SINGLE_TAG topicSysFlag=0 order=false isForce=false"
                    + " brokerName=FuzzBroker brokerAddr=127.0.0.1:1 clusterName=FuzzCluster cluster=FuzzCluster brokerId=0"
                    + " haServerAddr=127.0.0.1:2 heartbeatTimeoutMillis=1000 compressed=false bodyCrc32=0 namespace=FuzzSpace"
                    + " value=v statsName=TOPIC_PUT_NUMS statsKey=FuzzTopic cleanOffset=false removeOffset=false"
                    + " readable=true index=0 count=10 srcGroup=FuzzGroup destGroup=FuzzGroup offline=false msgId=00"
                    + " originTopic=FuzzTopic originMsgId=x delayLevel=1 attributes=+message.type=NORMAL topicList=FuzzTopic"
                    + " topicSeq=0 maxTopicNum=10 groupSeq=0 maxGroupNum=10 clientAddr=x clientHost=x offsetTable={}",
            "a=FuzzGroup b=FuzzTopic c=TBW102 d=4 e=0 f=0 g=1700000000000 h=0 j=0 k=false l=16 m=false");

    private final List<Integer> codes;

    RequestForge() {
        this.codes = Arrays.stream(RequestCode.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(RequestForge::valueOf)
                .toList();
    }

    private static Integer valueOf(java.lang.reflect.Field field) {
        try {
            return (Integer) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Field> fields(String... texts) {
        List<Field> fields = new ArrayList<>();
        for (String text : texts) {
            for (String pair : text.split(" ", -1)) {
                int at = pair.indexOf('=');
                fields.add(Field.of(pair.substring(0, at), pair.substring(at + 1)));
            }
        }
        return fields;
    }

    /** A request that may be right. Hot codes come more often than others. */
    ForgedRequest sound(Dice dice, int opaque) {
        int code = dice.oneIn(2)
                ? dice.oneOf(
                        RequestCode.SEND_MESSAGE,
                        RequestCode.SEND_MESSAGE_V2,
                        RequestCode.SEND_BATCH_MESSAGE,
                        RequestCode.PULL_MESSAGE,
                        RequestCode.HEART_BEAT)
                : dice.oneOf(codes);
        List<Field> fields = new ArrayList<>(FIELDS);
        boolean isPull = code == RequestCode.PULL_MESSAGE || code == RequestCode.LITE_PULL_MESSAGE;
        fields.add(Field.of("sysFlag", isPull ? Integer.toString(dice.below(16)) : "0"));
        String properties = properties(dice);
        fields.add(Field.of("properties", properties));
        fields.add(Field.of("i", properties));
        return new ForgedRequest(code, dice.oneIn(20) ? ONE_WAY : 0, opaque, dice.oneIn(2), fields, body(dice, code));
    }

    private static byte[] body(Dice dice, int code) {
        String json = BODIES.get(dice.oneIn(30) ? dice.oneOf(List.copyOf(BODIES.keySet())) : code);
        if (json != null) {
            return json.getBytes(StandardCharsets.UTF_8);
        }
        boolean isBatch = code == RequestCode.SEND_BATCH_MESSAGE;
        return isBatch ? batch(dice) : dice.bytes(dice.oneOf(0, 1, 10, 1_000));
    }

    private static String properties(Dice dice) {
        return dice.oneOf(
                "",
                "KEYS\u0001k\u0002TAGS\u0001a\u0002",
                "UNIQ_KEY\u0001x\u0002WAIT\u0001false",
                "KEYS\u0001",
                "\u0001\u0002\u0001\u0002",
                "\u0002\u0002",
                "DELAY\u00013\u0002",
                "TRAN_MSG\u0001true\u0002PGROUP\u0001FuzzGroup\u0002",
                "TIMER_DELAY_SEC\u00015\u0002",
                "INNER_MULTI_DISPATCH\u0001a,b\u0002",
                "MSG_TYPE\u0001reply\u0002CLUSTER\u0001x\u0002",
                dice.text());
    }

    /** Sub-messages, of which one may have lengths that do not fit. */
    private static byte[] batch(Dice dice) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            int wrong = dice.oneIn(3) ? dice.below(4) : -1;
            for (int i = dice.below(4); i >= 0; i--) {
                byte[] body = dice.bytes(dice.below(30));
                byte[] properties = properties(dice).getBytes(StandardCharsets.UTF_8);
                int length = 4 * 5 + body.length + 2 + properties.length;
                out.writeInt(wrong == i && dice.oneIn(2) ? (int) dice.number() : length);
                out.writeInt(dice.oneIn(10) ? (int) dice.number() : 0);
                out.writeInt(0);
                out.writeInt(0);
                out.writeInt(wrong == i && dice.oneIn(2) ? (int) dice.number() : body.length);
                out.write(body);
                out.writeShort(wrong == i && dice.oneIn(2) ? (int) dice.number() : properties.length);
                out.write(properties);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The same request with something wrong inside its frame: where it ends can still be seen. */
    ForgedRequest bent(Dice dice, ForgedRequest sound) {
        List<Field> fields = new ArrayList<>(sound.fields());
        int changes = dice.oneIn(4) ? 0 : 1 + dice.below(3);
        for (int i = 0; i < changes; i++) {
            bend(dice, fields);
        }
        byte[] body = dice.oneIn(2) ? sound.body() : dice.damaged(sound.body());
        ForgedRequest bent = sound.with(fields, body);
        if (dice.oneIn(40)) {
            return bent.with((int) dice.number(), bent.flag());
        }
        return dice.oneIn(60) ? bent.with(bent.code(), (int) dice.number()) : bent;
    }

    private static void bend(Dice dice, List<Field> fields) {
        int at = dice.below(fields.size());
        Field field = fields.get(at);
        switch (dice.below(6)) {
            case 0 -> fields.remove(at);
            case 1 -> fields.set(at, Field.of(field.name(), Long.toString(dice.number())));
            case 2 -> fields.add(Field.of(field.name(), dice.text()));
            case 3 ->
                fields.set(at, new Field(field.name(), dice.oneOf("null", "{}", "[]", "1.5e3", "-0", "true"), true));
            case 4 -> fields.add(Field.of(dice.text(), dice.text()));
            default -> fields.set(at, Field.of(field.name(), dice.text()));
        }
    }
}
