package io.firn.broker.pop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** Speaks of pops as clients do: builds receipt handles from what the broker answers. */
final class PopClient {

    static final String GROUP = "G";
    static final String TOPIC = "T";

    private final RunningBroker broker;

    PopClient(RunningBroker broker) {
        this.broker = broker;
    }

    /** A popped message, and what acknowledges it. */
    record Message(String body, int reconsumeTimes, String topic, int queueId, long offset, String handle) {}

    /** Sends to queue 0; consumers can see it when this returns. */
    void send(String body) {
        send(0, body);
    }

    void send(int queue, String body) {
        RemotingCommand answer = broker.call(
                        RequestCode.SEND_MESSAGE_V2, body.getBytes(UTF_8), RunningBroker.sendFields(TOPIC, queue, ""))
                .join();
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        long offset = answer.ext().requiredLong("queueOffset");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> maxOffset(TOPIC, queue) > offset);
    }

    private long maxOffset(String topic, int queue) {
        return broker.ask(RequestCode.GET_MAX_OFFSET, "topic", topic, "queueId", Integer.toString(queue))
                .ext()
                .requiredLong("offset");
    }

    /** Header of a pop of any queue from the first message on; {@code more} is added or overrides. */
    static String[] fields(long invisibleMs, long pollMs, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("consumerGroup", GROUP);
        fields.put("topic", TOPIC);
        fields.put("queueId", "-1");
        fields.put("maxMsgNums", "32");
        fields.put("invisibleTime", Long.toString(invisibleMs));
        fields.put("pollTime", Long.toString(pollMs));
        fields.put("bornTime", Long.toString(Clock.system().millis()));
        fields.put("initMode", "0");
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        List<String> flat = new ArrayList<>();
        fields.forEach((key, value) -> flat.addAll(List.of(key, value)));
        return flat.toArray(String[]::new);
    }

    /** The bytes of a pop: length, length of the JSON header, header. */
    static byte[] frame(String... fields) {
        StringBuilder ext = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            ext.append(i == 0 ? "" : ",").append("\"%s\":\"%s\"".formatted(fields[i], fields[i + 1]));
        }
        byte[] header = """
                {"code":%d,"flag":0,"language":"JAVA","opaque":1,"serializeTypeCurrentRPC":"JSON","version":513,
                "extFields":{%s}}""".formatted(RequestCode.POP_MESSAGE, ext).getBytes(UTF_8);
        return ByteBuffer.allocate(8 + header.length)
                .putInt(4 + header.length)
                .putInt(header.length)
                .put(header)
                .array();
    }

    CompletableFuture<RemotingCommand> popLater(long invisibleMs, long pollMs, String... more) {
        return broker.call(RequestCode.POP_MESSAGE, new byte[0], fields(invisibleMs, pollMs, more));
    }

    /** What there is now. */
    List<Message> pop(long invisibleMs, String... more) {
        RemotingCommand answer = popLater(invisibleMs, 0, more).join();
        if (answer.code() == ResponseCode.POLLING_TIMEOUT) {
            return List.of();
        }
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        return messages(answer);
    }

    static List<String> bodies(List<Message> messages) {
        return messages.stream().map(Message::body).toList();
    }

    static List<Message> messages(RemotingCommand answer) {
        Map<String, String> starts = entries(answer.ext().required("startOffsetInfo"));
        Map<String, String> offsets = entries(answer.ext().required("msgOffsetInfo"));
        List<Message> messages = new ArrayList<>();
        for (RecordView record : RunningBroker.records(answer)) {
            String handle = record.property("POP_CK");
            String retry = handle == null ? "0" : handle.split(" ", -1)[4];
            String key = retry + ' ' + record.queueId();
            assertThat(Arrays.asList(Objects.requireNonNull(offsets.get(key)).split(",", -1)))
                    .contains(Long.toString(record.queueOffset()));
            String built = starts.get(key) + ' ' + answer.ext().required("popTime") + ' '
                    + answer.ext().required("invisibleTime") + ' '
                    + answer.ext().required("reviveQid") + ' ' + retry
                    + " broker-a " + record.queueId() + ' ' + record.queueOffset();
            String shown = record.topic(new Utf8Cache(2));
            assertThat(shown).isEqualTo(TOPIC);
            String real = retry.equals("0") ? TOPIC : "%RETRY%" + GROUP + (retry.equals("1") ? "_" : "+") + TOPIC;
            messages.add(new Message(
                    RunningBroker.body(record),
                    record.reconsumeTimes(),
                    real,
                    record.queueId(),
                    record.queueOffset(),
                    handle == null ? built : handle));
        }
        return messages;
    }

    /** {@code retry queueId} to what follows. */
    private static Map<String, String> entries(String text) {
        Map<String, String> entries = new HashMap<>();
        for (String entry : text.split(";", -1)) {
            int end = entry.lastIndexOf(' ');
            assertThat(entries.put(entry.substring(0, end), entry.substring(end + 1)))
                    .isNull();
        }
        return entries;
    }

    RemotingCommand ack(Message message) {
        return ackWith(message, message.handle);
    }

    RemotingCommand ackWith(Message message, String handle, String... more) {
        return broker.ask(RequestCode.ACK_MESSAGE, named(message, handle, more));
    }

    private static String[] named(Message message, String handle, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("consumerGroup", GROUP);
        fields.put("topic", message.topic);
        fields.put("queueId", Integer.toString(message.queueId));
        fields.put("offset", Long.toString(message.offset));
        fields.put("extraInfo", handle);
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        List<String> flat = new ArrayList<>();
        fields.forEach((key, value) -> flat.addAll(List.of(key, value)));
        return flat.toArray(String[]::new);
    }

    void ackAll(List<Message> messages) {
        messages.forEach(message -> assertThat(ack(message).code()).isEqualTo(ResponseCode.SUCCESS));
    }

    RemotingCommand change(Message message, long invisibleMs) {
        return broker.ask(
                RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
                named(message, message.handle, "invisibleTime", Long.toString(invisibleMs)));
    }

    /** The handle of a message whose invisible time was changed. */
    static Message changed(Message message, RemotingCommand answer) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        String[] parts = message.handle.split(" ", -1);
        String handle = message.offset + " " + answer.ext().required("popTime") + ' '
                + answer.ext().required("invisibleTime") + ' ' + answer.ext().required("reviveQid") + ' ' + parts[4]
                + " broker-a " + message.queueId + ' ' + message.offset;
        return new Message(
                message.body, message.reconsumeTimes, message.topic, message.queueId, message.offset, handle);
    }

    /** Offset of the next entry in all queues of the revive log. */
    long notes() {
        long sum = 0;
        for (int queue = 0; queue < 8; queue++) {
            sum += maxOffset("rmq_sys_REVIVE_LOG_DefaultCluster", queue);
        }
        return sum;
    }
}
