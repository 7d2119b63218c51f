package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.Seed;
import io.firn.it.harness.Sut;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames, headers and bodies no client sends. After each test a stock client sends and reads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputIT {

    private static final String TOPIC = "Abused";
    private static final int SEND = 310;
    private static final int SEND_BATCH = 320;
    private static final int PULL = 11;
    private static final int HEARTBEAT = 34;

    private Sut sut;
    private StockProof proof;

    @BeforeAll
    void start(@TempDir Path directory) {
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker")));
        proof = new StockProof(sut, directory);
        RawClient.createTopic(sut, TOPIC, 1);
    }

    @AfterEach
    void stillServes() {
        proof.sendAndRead();
    }

    @AfterAll
    void stop() {
        proof.close();
        sut.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 999, 31_999})
    void anUnknownCodeIsAnsweredNotSupported(int code) {
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame answer = client.call(code);
            assertThat(answer.code()).isEqualTo(3);
            assertThat(answer.header()).contains(String.valueOf(code));
            assertThat(client.call(105_000).code())
                    .as("the connection lives on")
                    .isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, 0",
        "-2147483648, 0",
        "3, 0",
        "16777217, 10",
        "2147483647, 10",
        "100, 97",
        "100, 16777215",
        "4, -1"
    })
    void impossibleLengthsCloseTheConnection(int length, int headerLength) {
        try (RawClient client = new RawClient(sut.broker())) {
            client.write(
                    ByteBuffer.allocate(256).putInt(length).putInt(headerLength).array());
            client.awaitClosed();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "not json", "[]", "{\"code\":\"x\"}", "{\"code\":10,\"extFields\":7}", "\0\0\0", "{}}"})
    @Tag("firn")
    void headersThatAreNotHeadersAreRefused(String header) {
        try (RawClient client = new RawClient(sut.broker())) {
            client.write(new RawFrame(header, new byte[0]).bytes());
            client.awaitClosedOrError();
        }
    }

    @Test
    void anUnknownSerializeTypeIsRefused() {
        try (RawClient client = new RawClient(sut.broker())) {
            byte[] frame = RawFrame.request(PULL, 1, new byte[0]).bytes();
            frame[4] = 7;
            client.write(frame);
            client.awaitClosedOrError();
        }
    }

    @Test
    void aFrameThatNeverEndsHarmsNobody() {
        try (RawClient client = new RawClient(sut.broker())) {
            byte[] frame = RawFrame.request(HEARTBEAT, 1, new byte[5_000]).bytes();
            for (int cut = 1; cut < 20; cut++) {
                try (RawClient other = new RawClient(sut.broker())) {
                    other.write(java.util.Arrays.copyOf(frame, frame.length * cut / 20));
                }
            }
            assertThat(client.call(31_999).code()).isEqualTo(3);
        }
    }

    @Test
    @Tag("firn")
    void requestsWithoutTheirFieldsGetAnError() {
        try (RawClient client = new RawClient(sut.broker())) {
            for (int code : new int[] {10, SEND, SEND_BATCH, PULL, 361, 14, 15, 36, 17, 29, 30, 31, 33, 12, 200, 215}) {
                assertThat(client.call(code).code()).as("request code " + code).isNotZero();
            }
            assertThat(client.call(31_999).code()).as("the connection lives on").isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "queueId, x",
        "queueId, -7",
        "queueId, 99999999999",
        "queueOffset, ''",
        "maxMsgNums, 1e3",
        "sysFlag, [1]",
        "queueId, 64"
    })
    void pullFieldsOfTheWrongTypeGetAnError(String field, String value) {
        try (RawClient client = new RawClient(sut.broker())) {
            String[] fields = {
                "consumerGroup",
                "G",
                "topic",
                TOPIC,
                "queueId",
                "0",
                "queueOffset",
                "0",
                "maxMsgNums",
                "32",
                "sysFlag",
                "4",
                "commitOffset",
                "0",
                "suspendTimeoutMillis",
                "0",
                "subscription",
                "*",
                "subVersion",
                "0",
                "expressionType",
                "TAG"
            };
            assertThat(client.call(PULL, fields).code()).as("unchanged").isIn(0, 19);
            for (int i = 0; i < fields.length; i += 2) {
                if (fields[i].equals(field)) {
                    fields[i + 1] = value;
                }
            }
            assertThat(client.call(PULL, fields).code()).isNotIn(0, 19);
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedAsIllegal() {
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame answer = client.call(send(SEND, new byte[(4 << 20) + 1], ""));
            assertThat(answer.code()).isEqualTo(13);
            assertThat(client.call(send(SEND, new byte[100], "")).code()).isZero();
        }
    }

    @Test
    void systemTopicsRefuseUsers() {
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame refused = RawFrame.request(
                    SEND, 5, "x".getBytes(StandardCharsets.UTF_8), sendFields("SCHEDULE_TOPIC_XXXX", ""));
            assertThat(client.call(refused).code()).isEqualTo(16);
            RawFrame badName =
                    RawFrame.request(SEND, 6, "x".getBytes(StandardCharsets.UTF_8), sendFields("no such name!", ""));
            assertThat(client.call(badName).code()).isIn(1, 13, 29);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "3", "21", "2147483647", "1000"})
    @Tag("firn")
    void aBatchWithAWrongLengthIsRefusedWhole(int length) {
        try (RawClient client = new RawClient(sut.broker())) {
            ByteBuffer body = ByteBuffer.allocate(56);
            putSubMessage(body, 28);
            putSubMessage(body, length);
            assertThat(client.call(send(SEND_BATCH, body.array(), "")).code()).isNotZero();
            assertThat(client.call(31_999).code()).as("the connection lives on").isEqualTo(3);
        }
    }

    // int total | int magic | int crc | int flag | int body length | body | short properties length | properties
    private static void putSubMessage(ByteBuffer body, int total) {
        body.putInt(total)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(6)
                .put(new byte[6])
                .putShort((short) 0);
    }

    @Test
    void aHeartbeatThatIsNoJsonGetsAnError() {
        try (RawClient client = new RawClient(sut.broker())) {
            for (String body : new String[] {"", "{", "[1,2]", "{\"clientID\":5,\"consumerDataSet\":\"x\"}"}) {
                RawFrame request = RawFrame.request(HEARTBEAT, 3, body.getBytes(StandardCharsets.UTF_8));
                assertThat(client.call(request).code()).as(body).isNotZero();
            }
        }
    }

    @Test
    void anAnswerNobodyAskedForIsIgnored() {
        try (RawClient client = new RawClient(sut.broker())) {
            client.write(new RawFrame("{\"code\":0,\"flag\":1,\"opaque\":77}", new byte[10]).bytes());
            assertThat(client.call(31_999).code()).isEqualTo(3);
        }
    }

    @Test
    void randomDamageNeverStopsTheBroker(TestReporter reporter) {
        Seed seed = Seed.choose();
        reporter.publishEntry(seed.toString());
        Random random = seed.random();
        for (int i = 0; i < 300; i++) {
            byte[] frame = send(random.nextBoolean() ? SEND : SEND_BATCH, new byte[random.nextInt(300)], "a\1b\2")
                    .bytes();
            for (int damage = random.nextInt(6); damage >= 0; damage--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            }
            try (RawClient client = new RawClient(sut.broker())) {
                client.write(frame);
            }
        }
        proof.sendAndRead();
    }

    private static RawFrame send(int code, byte[] body, String properties) {
        return RawFrame.request(code, 4, body, sendFields(TOPIC, properties));
    }

    private static String[] sendFields(String topic, String properties) {
        return new String[] {
            "a",
            "P",
            "b",
            topic,
            "c",
            "TBW102",
            "d",
            "4",
            "e",
            "0",
            "f",
            "0",
            "g",
            "1",
            "h",
            "0",
            "i",
            properties.replace("\1", "\\u0001").replace("\2", "\\u0002"),
            "j",
            "0",
            "k",
            "false"
        };
    }
}
