package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.firn.broker.wire.ProtocolException.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonHeaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"extFields\":{\"topic\":\"T\"},\"code\":105,\"opaque\":3,\"flag\":2,\"version\":401}",
                "{\"code\":105,\"opaque\":3,\"flag\":2,\"version\":401,\"extFields\":{\"topic\":\"T\"}}",
                " {\r\n\t\"opaque\" : 3 , \"code\":105, \"extFields\" : { \"topic\" : \"T\" } ,\"version\":401,\"flag\":2 }\n",
                "{\"code\":\"105\",\"opaque\":\"3\",\"flag\":\"2\",\"version\":\"401\",\"extFields\":{\"topic\":\"T\"}}",
            })
    void readsFieldsInAnyOrder(String header) {
        RemotingCommand command = Frames.decoded(header);
        assertThat(command.code()).isEqualTo(105);
        assertThat(command.opaque()).isEqualTo(3);
        assertThat(command.isOneway()).isTrue();
        assertThat(command.version()).isEqualTo(401);
        assertThat(command.ext().asMap()).isEqualTo(Map.of("topic", "T"));
    }

    @Test
    void takesNumbersBooleansAndNullAsExtValues() {
        ExtFields ext = Frames.decoded(
                        "{\"code\":1,\"extFields\":{\"i\":12,\"l\":-9223372036854775808,\"t\":true,\"f\":false,\"n\":null,\"d\":1.5e3,\"s\":\"\"}}")
                .ext();
        assertThat(ext.requiredInt("i")).isEqualTo(12);
        assertThat(ext.requiredLong("l")).isEqualTo(Long.MIN_VALUE);
        assertThat(ext.requiredBoolean("t")).isTrue();
        assertThat(ext.booleanOr("f", true)).isFalse();
        assertThat(ext.get("n")).isNull();
        assertThat(ext.get("d")).isEqualTo("1.5e3");
        assertThat(ext.get("s")).isEmpty();
        assertThat(ext.asMap()).containsOnlyKeys("i", "l", "t", "f", "d", "s");
    }

    @Test
    void keepsAnObjectAmongTheExtFieldsAsItsText() {
        ExtFields ext = Frames.decoded("{\"extFields\":{\"o\":{\"a\":[1,\"}\\u0041\"]},\"after\":\"x\"},\"code\":9}")
                .ext();
        assertThat(ext.get("o")).isEqualTo("{\"a\":[1,\"}\\u0041\"]}");
        assertThat(ext.get("after")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":28}", "{\"code\":28,\"extFields\":null}", "{\"code\":28,\"extFields\":{}}"})
    void hasNoExtFieldsWhenTheyAreMissingNullOrEmpty(String header) {
        RemotingCommand command = Frames.decoded(header);
        assertThat(command.code()).isEqualTo(28);
        assertThat(command.ext().asMap()).isEmpty();
    }

    @Test
    void ignoresUnknownFieldsOfAnyShape() {
        RemotingCommand command = Frames.decoded("{\"x\":[1,[2,{\"code\":5}],\"]\\\"\"],\"y\":{\"z\":{\"a\":null}},"
                + "\"codes\":7,\"w\":-1.5E+3,\"v\":\"\\u0041\",\"u\":true,\"code\":34,\"t\":{},\"s\":[]}");
        assertThat(command.code()).isEqualTo(34);
        assertThat(command.ext().asMap()).isEmpty();
    }

    @Test
    void takesTheLastOfAFieldThatComesTwice() {
        RemotingCommand command = Frames.decoded(
                "{\"code\":1,\"extFields\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\",\"b\":null},\"code\":2}");
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.ext().get("a")).isEqualTo("3");
        assertThat(command.ext().get("b")).isNull();
        assertThat(command.ext().asMap()).isEqualTo(Map.of("a", "3"));
    }

    @Test
    void takesTheLastOfTwoExtMaps() {
        RemotingCommand command = Frames.decoded("{\"extFields\":{\"a\":\"1\"},\"extFields\":{\"b\":\"2\"}}");
        assertThat(command.ext().asMap()).isEqualTo(Map.of("b", "2"));
    }

    static List<Arguments> escapedTexts() {
        return List.of(
                arguments("", ""),
                arguments("plain text of more than eight bytes", "plain text of more than eight bytes"),
                arguments("a\\u0001b\\u0002c", "a\u0001b\u0002c"),
                arguments("\\u0001\\u0001\\u0001\\u0002", "\u0001\u0001\u0001\u0002"),
                arguments("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"),
                arguments("http:\\/\\/x", "http://x"),
                arguments("\\ud83d\\ude00\\uD83D\\uDE00", "\ud83d\ude00\ud83d\ude00"),
                arguments("caf\u00e9 \u96ea \ud83d\ude00", "caf\u00e9 \u96ea \ud83d\ude00"),
                arguments(
                        "\\u00e9\\u96eA\\u007f\\u0080\\u07ff\\u0800\\uffff",
                        "\u00e9\u96ea\u007f\u0080\u07ff\u0800\uffff"),
                arguments(
                        "long run before an escape 0123456789\\u0041 and a long run behind it 0123456789",
                        "long run before an escape 0123456789A and a long run behind it 0123456789"),
                arguments("\\\\", "\\"),
                arguments("ends with \\\\\\\"", "ends with \\\""));
    }

    @ParameterizedTest
    @MethodSource("escapedTexts")
    void unescapesStrings(String json, String text) {
        RemotingCommand command = Frames.decoded("{\"remark\":\"" + json + "\",\"extFields\":{\"" + json + "\":\""
                + json + "\",\"next\":\"n\"},\"code\":4}");
        assertThat(command.remark()).isEqualTo(text);
        assertThat(command.ext().get("next")).isEqualTo("n");
        assertThat(command.ext().asMap()).containsEntry(text, text);
        assertThat(command.code()).isEqualTo(4);
    }

    @Test
    void unescapesAtEveryDistanceFromTheStart() {
        for (int before = 0; before < 40; before++) {
            for (int behind = 0; behind < 20; behind++) {
                String head = "x".repeat(before);
                String tail = "y".repeat(behind);
                RemotingCommand command =
                        Frames.decoded("{\"remark\":\"" + head + "\\u0001" + tail + "\\n\",\"code\":" + behind + "}");
                assertThat(command.remark()).isEqualTo(head + "\u0001" + tail + "\n");
                assertThat(command.code()).isEqualTo(behind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ud83dx", "\\ud83d\\n", "\\ud83d\\u0041", "\\ude00\\ud83d"})
    void replacesHalfASurrogatePairAsJavaDoes(String json) {
        String text = json.replace("\\ud83d", "?")
                .replace("\\ude00", "?")
                .replace("\\n", "\n")
                .replace("\\u0041", "A");
        assertThat(Frames.decoded("{\"remark\":\"" + json + "\"}").remark()).isEqualTo(text);
    }

    @Test
    void letsBytesThatAreNoUtf8Pass() {
        byte[] header = "{\"code\":10,\"extFields\":{\"p\":\"\u00ff\u0001\u00c3\"}}".getBytes(ISO_8859_1);
        RemotingCommand command = RemotingCommand.decode(Frames.json(header, new byte[0]));
        assertThat(command.ext().get("p")).isEqualTo("\ufffd\u0001\ufffd");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"JAVA\"', JAVA",
        "'\"GO\"', GO",
        "'\"NODE_JS\"', NODE_JS",
        "'\"COBOL\"', OTHER",
        "9, GO",
        "99, OTHER",
        "-1, OTHER",
        "null, JAVA"
    })
    void readsTheLanguageAsNameOrNumber(String json, LanguageCode language) {
        assertThat(Frames.decoded("{\"language\":" + json + "}").language()).isEqualTo(language);
        assertThat(Frames.decoded("{}").language()).isEqualTo(LanguageCode.JAVA);
    }

    @Test
    void takesCodesBeyondSixteenBits() {
        assertThat(Frames.decoded("{\"code\":200050,\"opaque\":-2147483648}").code())
                .isEqualTo(RequestCode.POP_MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "null",
                "\"code\"",
                "{\"code\"}",
                "{\"code\":}",
                "{\"code\":1",
                "{\"code\":1,",
                "{\"code\":1,}",
                "{,\"code\":1}",
                "{\"code\":1}}",
                "{\"code\":1} x",
                "{code:1}",
                "{'code':1}",
                "{\"code\":1 \"flag\":2}",
                "{\"code\":nul}",
                "{\"code\":nulls}",
                "{\"x\":tru}",
                "{\"x\":+1}",
                "{\"x\":.5}",
                "{\"x\":01x}",
                "{\"x\":[1}",
                "{\"x\":{\"a\":1]}",
                "{\"x\":\"unclosed}",
                "{\"x\":\"\\\"}",
                "{\"x\":\"\\\\\\\"}",
                "{\"remark\":\"\\q\"}",
                "{\"remark\":\"\\u12\"}",
                "{\"remark\":\"\\u12g4\"}",
                "{\"remark\":\"\\ud83d\\u12\"}",
                "{\"remark\":\"\\",
                "{\"remark\":\"\\u",
                "{\"remark\":\"\\u00",
                "{\"extFields\":{\"a\"}}",
                "{\"extFields\":{\"a\":1,}}",
                "{\"extFields\":{\"a\":\"b\"",
                "{\"extFields\":{1:2}}",
            })
    void refusesWhatIsNoJson(String header) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.decoded(header))
                .withMessageStartingWith("JSON header: expected ")
                .returns(Reason.HEADER_SYNTAX, ProtocolException::reason);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"code\":1.5}', code",
        "'{\"code\":\"x\"}', code",
        "'{\"code\":\"\"}', code",
        "'{\"code\":true}', code",
        "'{\"code\":{}}', code",
        "'{\"code\":[]}', code",
        "'{\"code\":2147483648}', code",
        "'{\"opaque\":-2147483649}', opaque",
        "'{\"flag\":99999999999999999999999999}', flag",
        "'{\"version\":1e3}', version",
        "'{\"language\":{}}', language",
        "'{\"language\":true}', language",
        "'{\"remark\":5}', remark",
        "'{\"remark\":[\"a\"]}', remark",
        "'{\"extFields\":5}', extFields",
        "'{\"extFields\":\"a\"}', extFields",
        "'{\"extFields\":[]}', extFields",
    })
    void refusesAFieldOfTheWrongType(String header, String field) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.decoded(header))
                .withMessageContaining("'" + field + "'")
                .returns(Reason.HEADER_VALUE, ProtocolException::reason);
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        assertThat(Frames.decoded("{\"x\":" + "[".repeat(64) + "]".repeat(64) + "}")
                        .code())
                .isZero();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.decoded("{\"x\":" + "[".repeat(65) + "]".repeat(65) + "}"))
                .returns(Reason.HEADER_LIMIT, ProtocolException::reason);
    }

    @Test
    void refusesMoreExtFieldsThanAnyClientSends() {
        String entries = "\"k\":1,".repeat(4095);
        assertThat(Frames.decoded("{\"extFields\":{" + entries + "\"k\":2}}")
                        .ext()
                        .requiredInt("k"))
                .isEqualTo(2);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Frames.decoded("{\"extFields\":{" + entries + "\"k\":2,\"k\":3}}"))
                .returns(Reason.HEADER_LIMIT, ProtocolException::reason);
    }

    @Test
    void readsAHeaderOfManyKilobytes() {
        String value = "0123456789".repeat(30_000);
        RemotingCommand command = RemotingCommand.decode(
                Frames.json(("{\"extFields\":{\"a\":\"" + value + "\"}}").getBytes(UTF_8), new byte[0]));
        assertThat(command.ext().get("a")).isEqualTo(value);
    }
}
