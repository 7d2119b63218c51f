package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.firn.broker.runtime.Utf8Cache;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Send and pull headers and ext fields by name: what is missing, wrong or unusual. */
class RequestHeadersTest {
    private final Utf8Cache names = new Utf8Cache(16);
    private final SendHeader send = new SendHeader();
    private final PullHeader pull = new PullHeader();

    private static RemotingCommand command(int code, String extFields) {
        return Frames.decoded("{\"code\":" + code + ",\"extFields\":{" + extFields + "}}");
    }

    @Test
    void aSendNeedsOnlyTopicAndQueue() {
        send.parse(Frames.decoded(new String(Frames.golden("SEND_V2 JSON"), 8, 0x1a3, UTF_8)), names);
        assertThat(send.propertiesLength()).isPositive();
        send.parse(command(310, "\"b\":\"T\",\"e\":\"-1\",\"i\":null"), names);
        assertThat(send.topic()).isEqualTo("T");
        assertThat(send.queueId()).isEqualTo(-1);
        assertThat(send.producerGroup()).isEmpty();
        assertThat(send.defaultTopic()).isNull();
        assertThat(send.defaultTopicQueueNums()).isEqualTo(4);
        assertThat(send.sysFlag()).isZero();
        assertThat(send.flag()).isZero();
        assertThat(send.bornTimestamp()).isZero();
        assertThat(send.reconsumeTimes()).isZero();
        assertThat(send.maxReconsumeTimes()).isEqualTo(-1);
        assertThat(send.unitMode()).isFalse();
        assertThat(send.batch()).isFalse();
        assertThat(send.propertiesLength()).isZero();
    }

    @Test
    void unescapesPropertiesToTheBytesThatAreStored() {
        send.parse(
                command(310, "\"b\":\"T\",\"e\":1,\"i\":\"a\\u0001\\ud83d\\ude00\\u0002b\\u0001\\u00e9\\/\\u0002\""),
                names);
        assertThat(new String(send.properties(), send.propertiesOffset(), send.propertiesLength(), UTF_8))
                .isEqualTo("a\u0001\ud83d\ude00\u0002b\u0001\u00e9/\u0002");
        assertThat(send.propertiesLength()).isEqualTo(2 + 4 + 1 + 2 + 2 + 1 + 1);
    }

    @ParameterizedTest
    @CsvSource({"310, false", "325, false", "320, true"})
    void aBatchIsTheCodeOrTheField(int code, boolean batch) {
        send.parse(command(code, "\"b\":\"T\",\"e\":1"), names);
        assertThat(send.batch()).isEqualTo(batch);
        send.parse(command(code, "\"b\":\"T\",\"e\":1,\"m\":false"), names);
        assertThat(send.batch()).isEqualTo(batch);
        send.parse(command(code, "\"b\":\"T\",\"e\":1,\"m\":\"TRUE\",\"k\":true"), names);
        assertThat(send.batch()).isTrue();
        assertThat(send.unitMode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 324})
    void theFirstSendCodesHaveLongNames(int code) {
        send.parse(command(code, "\"topic\":\"T\",\"queueId\":3,\"b\":\"x\",\"e\":9,\"batch\":true"), names);
        assertThat(send.topic()).isEqualTo("T");
        assertThat(send.queueId()).isEqualTo(3);
        assertThat(send.batch()).isTrue();
    }

    @Test
    void ignoresExtFieldsItDoesNotKnow() {
        send.parse(
                command(
                        310,
                        "\"b\":\"T\",\"e\":1,\"\":\"\",\"z\":\"z\",\"A\":1,\"{\":2,\"nsd\":\"true\",\"topic\":\"no\""),
                names);
        assertThat(send.topic()).isEqualTo("T");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "310|\"e\":1|'b (topic)' of request 310 is missing",
                "310|\"b\":\"\",\"e\":1|'b (topic)' of request 310 is missing",
                "320|\"b\":\"T\"|'e (queueId)' of request 320 is missing",
                "10|\"queueId\":1|'topic' of request 10 is missing",
                "10|\"topic\":\"T\"|'queueId' of request 10 is missing",
                "310|\"b\":\"T\",\"e\":\"one\"|'e' of request 310 is 'one', expected an integer",
                "310|\"b\":\"T\",\"e\":\"\"|'e' of request 310 is '', expected an integer",
                "310|\"b\":\"T\",\"e\":\"-\"|'e' of request 310 is '-', expected an integer",
                "310|\"b\":\"T\",\"e\":2147483648|'e' of request 310 is '2147483648', expected an integer of 32 bits",
                "310|\"b\":\"T\",\"e\":1,\"g\":9223372036854775808|'g' of request 310 is '9223372036854775808', expected",
                "310|\"b\":\"T\",\"e\":1,\"g\":-9223372036854775809|'g' of request 310 is '-9223372036854775809', expected",
                "310|\"b\":\"T\",\"e\":1,\"g\":1.5|'g' of request 310 is '1.5', expected an integer",
                "310|\"b\":\"T\",\"e\":1,\"m\":\"yes\"|'m' of request 310 is 'yes', expected true or false",
                "310|\"b\":\"T\",\"e\":1,\"k\":1|'k' of request 310 is '1', expected true or false",
            })
    void namesWhatIsWrongWithASend(int code, String extFields, String message) {
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> send.parse(command(code, extFields), names))
                .withMessageContaining(message)
                .returns(ResponseCode.SYSTEM_ERROR, RequestException::code);
    }

    @Test
    void aPullNeedsNoMoreThanItIsServedBy() {
        pull.parse(
                command(
                        361,
                        "\"consumerGroup\":\"G\",\"topic\":\"T\",\"queueId\":0,\"queueOffset\":5,\"maxMsgNums\":10"),
                names);
        assertThat(pull.sysFlag()).isZero();
        assertThat(pull.commitOffset()).isEqualTo(-1);
        assertThat(pull.suspendTimeoutMillis()).isZero();
        assertThat(pull.subscription()).isNull();
        assertThat(pull.subVersion()).isZero();
        assertThat(pull.expressionType()).isNull();
        assertThat(pull.maxMsgBytes()).isEqualTo(-1);
        assertThat(pull.proxyForwardClientId()).isNull();
    }

    @Test
    void readsTheFlagsAndTheMisspeltFieldOfAPull() {
        pull.parse(
                command(
                        11,
                        "\"consumerGroup\":\"G\",\"topic\":\"T\",\"queueId\":0,\"queueOffset\":5,\"maxMsgNums\":10,"
                                + "\"sysFlag\":\"22\",\"proxyFrowardClientId\":\"c@1\""),
                names);
        assertThat(pull.commitsOffset()).isFalse();
        assertThat(pull.maySuspend()).isTrue();
        assertThat(pull.hasSubscription()).isTrue();
        assertThat(pull.isLitePull()).isTrue();
        assertThat(pull.proxyForwardClientId()).isEqualTo("c@1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumerGroup", "topic", "queueId", "queueOffset", "maxMsgNums"})
    void namesWhatAPullLacks(String missing) {
        String all =
                "\"consumerGroup\":\"1\",\"topic\":\"1\",\"queueId\":\"1\",\"queueOffset\":\"1\",\"maxMsgNums\":\"1\"";
        pull.parse(command(11, all), names);
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> pull.parse(command(11, all.replace('"' + missing + '"', "\"x\"")), names))
                .withMessage("header field '" + missing + "' of request 11 is missing");
    }

    @Test
    void findsExtFieldsByName() {
        ExtFields ext = command(15, "\"topic\":\"T\",\"queueId\":\"3\",\"commitOffset\":\"5\",\"force\":\"True\"")
                .ext();
        assertThat(ext.required("topic")).isEqualTo("T");
        assertThat(ext.requiredInt("queueId")).isEqualTo(3);
        assertThat(ext.intOr("queueId", 9)).isEqualTo(3);
        assertThat(ext.intOr("none", 9)).isEqualTo(9);
        assertThat(ext.requiredLong("commitOffset")).isEqualTo(5);
        assertThat(ext.longOr("none", -1)).isEqualTo(-1);
        assertThat(ext.requiredBoolean("force")).isTrue();
        assertThat(ext.booleanOr("none", true)).isTrue();
        assertThat(ext.asMap()).isEqualTo(Map.of("topic", "T", "queueId", "3", "commitOffset", "5", "force", "True"));
    }

    @Test
    void namesTheExtFieldThatIsMissingOrMalformed() {
        ExtFields ext = command(15, "\"queueId\":\"x\"").ext();
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> ext.required("topic"))
                .withMessage("header field 'topic' of request 15 is missing");
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> ext.requiredLong("offset"))
                .withMessage("header field 'offset' of request 15 is missing");
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> ext.requiredInt("queueId"))
                .withMessage("header field 'queueId' of request 15 is 'x', expected an integer");
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> ext.booleanOr("queueId", true))
                .withMessage("header field 'queueId' of request 15 is 'x', expected true or false");
    }
}
