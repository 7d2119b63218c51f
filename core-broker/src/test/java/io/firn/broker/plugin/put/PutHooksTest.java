package io.firn.broker.plugin.put;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.TestMessage;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Closer;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.message.PropertyName;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.TopicSelector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Put hooks in a whole broker: who sees which message when, and what becomes of it. */
final class PutHooksTest {

    private static final PropertyName COLOUR = PropertyName.of("colour");

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private RunningBroker broker;
    private TestPlugin plugin;

    @BeforeEach
    void open() {
        broker = closer.add(RunningBroker.open(root));
        plugin = closer.add(TestPlugin.of("guard", root));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void runInOrderOfPhaseThenPriorityThenPluginThenName() {
        TestPlugin other = closer.add(TestPlugin.of("a-first", root));
        hook("b", Phase.OBSERVE, 0);
        hook("low", Phase.VALIDATE, -5);
        hook("high", Phase.VALIDATE, 5);
        hook("z", Phase.VALIDATE, 0);
        hook("y", Phase.VALIDATE, 0);
        hook("who", Phase.AUTHN, 0);
        other.put(broker.plane(), HookSpec.of("zz", Phase.VALIDATE), m -> note("zz"));

        send("T", "");

        assertThat(seen).containsExactly("who", "high", "zz", "y", "z", "low", "b");
        assertThat(broker.plane().chain("T"))
                .hasSize(7)
                .first()
                .isEqualTo("AUTHN 0 guard/put-who FAIL_CLOSED");
    }

    @Test
    void seeOnlyTheTopicsTheyChoseAlsoNewOnes() {
        plugin.put(
                broker.plane(),
                HookSpec.of("some", Phase.OBSERVE).withTopics(TopicSelector.matching("order-*")),
                m -> note(m.topic()));

        send("order-1", "");
        send("invoice", "");
        send("order-2", "");

        assertThat(seen).containsExactly("order-1", "order-2");
        assertThat(broker.plane().chain("invoice")).isEmpty();
    }

    @Test
    void seeTopicsWhoseAttributesChanged() {
        plugin.put(
                broker.plane(),
                HookSpec.of("delayed", Phase.OBSERVE)
                        .withTopics(TopicSelector.attribute("message.type", "FIFO")),
                m -> note(m.topic()));
        send("T", "");
        assertThat(seen).isEmpty();

        RemotingCommand changed = broker.ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                "T",
                "defaultTopic",
                "TBW102",
                "readQueueNums",
                "4",
                "writeQueueNums",
                "4",
                "perm",
                "6",
                "topicFilterType",
                "SINGLE_TAG",
                "order",
                "false",
                "attributes",
                "+message.type=FIFO");
        assertThat(changed.code()).isEqualTo(ResponseCode.SUCCESS);
        send("T", "");

        assertThat(seen).containsExactly("T");
    }

    @Test
    void areNotCalledOnceTheyLeft() {
        hook("h", Phase.OBSERVE, 0);
        send("T", "");
        assertThat(plugin.leave(broker.plane(), Duration.ofSeconds(30))).isEmpty();
        send("T", "");

        assertThat(seen).containsExactly("h");
        assertThat(broker.plane().chain("T")).isEmpty();
    }

    @Test
    void seeWhatWasSentAndByWhom() {
        hook("look", Phase.OBSERVE, m -> {
            byte[] body = new byte[m.bodyLength()];
            m.body().get(body);
            var client = java.util.Objects.requireNonNull(m.client());
            seen.add(String.join(
                    " ",
                    m.topic(),
                    "" + m.queueId(),
                    "" + m.origin(),
                    new String(body, UTF_8),
                    "" + m.property(COLOUR),
                    "" + m.hasProperty(PropertyName.UNIQ_KEY),
                    "" + m.bornTimestampMs(),
                    client.group(),
                    client.address().getAddress().getHostAddress(),
                    m.batchIndex() + "/" + m.batchSize()));
            return Verdict.ACCEPT;
        });

        send("T", property("colour", "red"));

        assertThat(seen)
                .containsExactly("T 0 " + PutOrigin.CLIENT
                        + " body red true 1700000000000 producers 127.0.0.1 0/1");
    }

    @Test
    void changeWhatIsStored() {
        hook("change", Phase.TRANSFORM, m -> {
            m.setBody(ByteBuffer.wrap("longer body than before".getBytes(UTF_8)));
            m.setProperty("colour", "blue");
            m.setProperty("added", "yes");
            m.removeProperty("size");
            return Verdict.MODIFIED;
        });
        hook("after", Phase.OBSERVE, m -> note(m.property(COLOUR) + " " + m.bodyLength()));

        send("T", property("colour", "red") + property("size", "9"));

        RecordView stored = pull("T").getFirst();
        assertThat(RunningBroker.body(stored)).isEqualTo("longer body than before");
        assertThat(stored.property("colour")).isEqualTo("blue");
        assertThat(stored.property("added")).isEqualTo("yes");
        assertThat(stored.property("size")).isNull();
        assertThat(stored.inspect(stored.physicalOffset(), Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(seen).containsExactly("blue 23");
    }

    @Test
    void mayGiveAPartOfTheBodyTheyWereShown() {
        hook("tail", Phase.TRANSFORM, m -> {
            ByteBuffer body = m.body();
            m.setBody(body.position(2));
            m.setBody(m.body().position(1));
            return Verdict.MODIFIED;
        });

        send("T", "");

        assertThat(pull("T")).singleElement().extracting(RunningBroker::body).isEqualTo("y");
    }

    @Test
    void areAskedAgainToValidateWhatALaterHookChanged() {
        hook("valid", Phase.VALIDATE, m -> {
            seen.add("valid " + m.property(COLOUR));
            return m.property(COLOUR) != null && "black".equals(String.valueOf(m.property(COLOUR)))
                    ? Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "black is not allowed")
                    : Verdict.ACCEPT;
        });
        hook("paint", Phase.TRANSFORM, m -> {
            m.setProperty("colour", "black");
            return Verdict.MODIFIED;
        });

        RemotingCommand answer = send("T", property("colour", "red"));

        assertThat(seen).containsExactly("valid red", "valid black");
        assertThat(answer.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        assertThat(answer.remark()).isEqualTo("black is not allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "MESSAGE_ILLEGAL, 13",
        "NO_PERMISSION, 16",
        "SYSTEM_BUSY, 2",
        "QUOTA_EXCEEDED, 2",
        "SYSTEM_ERROR, 1",
    })
    void refuseWithTheCodeOfTheirReason(RejectCode reason, int code) {
        send("T", "");
        hook("no", Phase.VALIDATE, m -> Verdict.reject(reason, "because"));

        RemotingCommand answer = send("T", "");

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).isEqualTo("because");
        assertThat(pull("T")).hasSize(1);
    }

    @Test
    void seeEachMessageOfABatchAndMayChangeOrRefuseIt() {
        send("T", "");
        hook("upper", Phase.TRANSFORM, m -> {
            byte[] body = new byte[m.bodyLength()];
            m.body().get(body);
            String text = new String(body, UTF_8);
            seen.add(text + " " + m.batchIndex() + "/" + m.batchSize());
            if (text.equals("bad")) {
                return Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "bad one");
            }
            if (!text.equals("two")) {
                return Verdict.ACCEPT;
            }
            m.setBody(ByteBuffer.wrap("TWO!".getBytes(UTF_8)));
            m.setProperty("colour", "blue");
            return Verdict.MODIFIED;
        });

        RemotingCommand answer = batch("one", "two", "three");
        RemotingCommand refused = batch("one", "bad", "three");

        assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(refused.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
        await().atMost(Duration.ofSeconds(60)).until(() -> pulled("T").size() == 4);
        List<RecordView> stored = pull("T");
        assertThat(stored).extracting(RunningBroker::body).containsExactly("body", "one", "TWO!", "three");
        assertThat(stored.get(2).property("colour")).isEqualTo("blue");
        assertThat(stored.get(1).property("n")).isEqualTo("v");
        assertThat(stored).allMatch(r -> r.inspect(r.physicalOffset(), Verify.CRC) == RecordStatus.OK);
        assertThat(seen).containsExactly("one 0/3", "two 1/3", "three 2/3", "one 0/3", "bad 1/3");
    }

    @Test
    void seeOneWaySends() throws IOException {
        hook("h", Phase.OBSERVE, 0);
        send("T", "");
        seen.clear();

        OneWay.send(broker.address(), sendFields("T", 0, ""), () -> seen.size() == 1);

        assertThat(seen).containsExactly("h");
    }

    @Test
    void hearWhatBecameOfMessagesTheyLetPass() {
        plugin.put(broker.plane(), HookSpec.of("first", Phase.AUTHN), new PutMessageHook() {
            @Override
            public Verdict beforePut(PutMessage message) {
                return Verdict.ACCEPT;
            }

            @Override
            public void afterPut(PutView m, PutOutcome outcome) {
                seen.add(m.batchIndex() + " " + m.bodyLength() + " " + outcome.status() + " " + outcome.queueOffset()
                        + " " + (outcome.position() >= 0));
            }
        });
        hook("second", Phase.VALIDATE, m -> m.hasProperty(COLOUR) || (m.bodyLength() == 3 && m.batchSize() > 1)
                ? Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "no")
                : Verdict.ACCEPT);

        send("T", "");
        send("T", property("colour", "red"));
        batch("four", "five");
        batch("four", "six");

        assertThat(seen)
                .containsExactly(
                        "0 4 APPENDED 0 true",
                        "0 4 REFUSED -1 false",
                        "0 4 APPENDED 1 true",
                        "1 4 APPENDED 2 true",
                        "0 4 REFUSED -1 false",
                        "1 3 REFUSED -1 false");
    }

    private Verdict note(String what) {
        seen.add(what);
        return Verdict.ACCEPT;
    }

    private void hook(String name, Phase phase, int priority) {
        plugin.put(broker.plane(), HookSpec.of(name, phase).withPriority(priority), m -> note(name));
    }

    private void hook(String name, Phase phase, PutMessageHook hook) {
        plugin.put(broker.plane(), HookSpec.of(name, phase), hook);
    }

    private RemotingCommand send(String topic, String properties) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, "body".getBytes(UTF_8), sendFields(topic, 0, properties))
                .join();
    }

    private RemotingCommand batch(String... bodies) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String body : bodies) {
            out.writeBytes(TestMessage.sub(0, body.getBytes(UTF_8), property("n", "v").getBytes(UTF_8)));
        }
        return broker.call(RequestCode.SEND_BATCH_MESSAGE, out.toByteArray(), sendFields("T", 0, ""))
                .join();
    }

    /** All messages of queue 0, once what was stored is visible. */
    private List<RecordView> pull(String topic) {
        await().atMost(Duration.ofSeconds(60)).until(() -> !pulled(topic).isEmpty());
        return pulled(topic);
    }

    private List<RecordView> pulled(String topic) {
        return RunningBroker.records(broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields(topic, 0, 0)));
    }

    private static String property(String key, String value) {
        return key + '\u0001' + value + '\u0002';
    }
}
