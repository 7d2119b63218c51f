package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    private static final ExtKey NUMBER = ExtKey.of("number");
    private static final ExtKey FLAG = ExtKey.of("flag");
    private static final ExtKey TEXT = ExtKey.of("text");
    private static final ExtKey ABSENT = ExtKey.of("absent");
    private static final ExtKey ASCII = ExtKey.of("ascii");
    private static final String NASTY = "\"\\\u0000\u0001\u0002\u001f/caf\u00e9 \u96ea \ud83d\ude00\n\r\t\u007f\u2028";

    @ParameterizedTest
    @EnumSource
    void everythingItWritesIsReadBack(SerializeType type) {
        FrameHead head = new FrameHead(type, 320, 3, Integer.MIN_VALUE, NASTY);
        byte[] body = "body".getBytes(UTF_8);
        HeaderFields fields = out -> {
            out.put(NUMBER, Long.MIN_VALUE);
            out.put(FLAG, true);
            out.put(TEXT, NASTY);
            out.put(ABSENT, (String) null);
            out.put(ASCII, "0A0B--".getBytes(UTF_8), 4);
        };
        RemotingCommand command = RemotingCommand.decode(Frames.written(head, fields, body));
        assertThat(command.serializeType()).isEqualTo(type);
        assertThat(command.code()).isEqualTo(320);
        assertThat(command.flag()).isEqualTo(3);
        assertThat(command.opaque()).isEqualTo(Integer.MIN_VALUE);
        assertThat(command.version()).isEqualTo(513);
        assertThat(command.language()).isEqualTo(LanguageCode.JAVA);
        assertThat(command.remark()).isEqualTo(NASTY);
        assertThat(command.ext().requiredLong("number")).isEqualTo(Long.MIN_VALUE);
        assertThat(command.ext().requiredBoolean("flag")).isTrue();
        assertThat(command.ext().get("text")).isEqualTo(NASTY);
        assertThat(command.ext().get("ascii")).isEqualTo("0A0B");
        assertThat(command.ext().asMap()).containsOnlyKeys("number", "flag", "text", "ascii");
        assertThat(command.bodyBytes()).isEqualTo(body);
    }

    @Test
    void writesJsonThatAStrictParserReads() throws IOException {
        FrameHead head = FrameHead.response(SerializeType.JSON, 17, 9, NASTY);
        byte[] frame = Frames.written(head, out -> out.put(TEXT, NASTY), new byte[0]);
        JsonNode header = new ObjectMapper().readTree(frame, 8, frame.length - 8);
        assertThat(header.get("remark").textValue()).isEqualTo(NASTY);
        assertThat(header.get("extFields").get("text").textValue()).isEqualTo(NASTY);
        assertThat(header.get("code").intValue()).isEqualTo(17);
        assertThat(header.get("version").intValue()).isEqualTo(513);
        assertThat(header.get("language").textValue()).isEqualTo("JAVA");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                9,
                10,
                99,
                100,
                -100,
                123456789,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE / 10,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            })
    void writesNumbersInDecimal(long value) {
        byte[] frame = Frames.written(FrameHead.request(11, (int) value), out -> out.put(NUMBER, value), new byte[0]);
        assertThat(RemotingCommand.decode(frame).ext().get("number")).isEqualTo(Long.toString(value));
        assertThat(RemotingCommand.decode(frame).opaque()).isEqualTo((int) value);
    }

    @ParameterizedTest
    @EnumSource
    void growsForAHeadOfAnySize(SerializeType type) {
        String text = "\u96ea\n".repeat(200_000);
        byte[] frame = Frames.written(FrameHead.response(type, 0, 1, text), out -> out.put(TEXT, text), new byte[] {1});
        RemotingCommand command = RemotingCommand.decode(frame);
        assertThat(command.remark()).isEqualTo(text);
        assertThat(command.ext().get("text")).isEqualTo(text);
        assertThat(command.bodyLength()).isEqualTo(1);
    }

    @Test
    void replacesHalfASurrogatePair() {
        byte[] frame = Frames.written(
                FrameHead.response(SerializeType.JSON, 0, 1, "a\ud83d"), out -> out.put(TEXT, "\ude00b"), new byte[0]);
        assertThat(RemotingCommand.decode(frame).remark()).isEqualTo("a?");
        assertThat(RemotingCommand.decode(frame).ext().get("text")).isEqualTo("?b");
    }

    @Test
    void refusesAFrameThatPeersWouldRefuse() {
        FrameWriter writer = new FrameWriter();
        FrameHead head = FrameHead.request(11, 1);
        ByteBuf out = Unpooled.buffer();
        writer.writeHead(out, head, HeaderFields.NONE, 0);
        int headLength = out.readableBytes();
        out.clear();
        writer.writeHead(out, head, HeaderFields.NONE, FrameDecoder.FRAME_LIMIT_BYTES - headLength);
        assertThat(out.getInt(0)).isEqualTo(FrameDecoder.FRAME_LIMIT_BYTES - 4);
        out.clear();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        writer.writeHead(out, head, HeaderFields.NONE, FrameDecoder.FRAME_LIMIT_BYTES - headLength + 1))
                .withMessageContaining("16777217");
        assertThat(out.readableBytes()).isZero();
    }

    @Test
    void writesNothingWhenTheFieldsFail() {
        ByteBuf out = Unpooled.buffer();
        FrameWriter writer = new FrameWriter();
        assertThatIllegalStateException()
                .isThrownBy(() -> writer.writeHead(
                        out,
                        FrameHead.request(11, 1),
                        fields -> {
                            fields.put(NUMBER, 1);
                            throw new IllegalStateException("no");
                        },
                        0));
        assertThat(out.readableBytes()).isZero();
        writer.writeHead(out, FrameHead.request(11, 1), HeaderFields.NONE, 0);
        assertThat(out.getInt(0)).isEqualTo(out.readableBytes() - 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\"b", "a\\b", "a\nb", "caf\u00e9"})
    void refusesAKeyThatWouldNeedEscapes(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ExtKey.of(name));
    }
}
