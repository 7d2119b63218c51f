package io.firn.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.firn.broker.wire.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryHeaderTest {
    @Test
    void readsCodeAndVersionAsSignedShorts() {
        byte[] header = Frames.binaryHeader(200_050, Map.of());
        RemotingCommand command = RemotingCommand.decode(Frames.binary(header));
        assertThat(command.code()).isEqualTo(3442);
        ByteBuffer.wrap(header).putShort(0, (short) -1).putShort(3, (short) -2);
        RemotingCommand negative = RemotingCommand.decode(Frames.binary(header));
        assertThat(negative.code()).isEqualTo(-1);
        assertThat(negative.version()).isEqualTo(-2);
    }

    @Test
    void readsAnEmptyValueAsMissing() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("a", "");
        entries.put("b", "1");
        ExtFields ext = RemotingCommand.decode(Frames.binary(Frames.binaryHeader(34, entries)))
                .ext();
        assertThat(ext.get("a")).isNull();
        assertThat(ext.intOr("a", 5)).isEqualTo(5);
        assertThat(ext.asMap()).isEqualTo(Map.of("b", "1"));
    }

    @Test
    void takesTheLastOfAFieldThatComesTwice() {
        byte[] header = HexFormat.of()
                .parseHex("0022" + "00" + "0201" + "00000007" + "00000000" + "00000000" + "00000010" + "000161"
                        + "00000001" + "31" + "000161" + "00000001" + "32");
        assertThat(RemotingCommand.decode(Frames.binary(header)).ext().requiredInt("a"))
                .isEqualTo(2);
    }

    @Test
    void readsAnUnknownLanguageAsOther() {
        byte[] header = Frames.binaryHeader(34, Map.of());
        header[2] = 12;
        assertThat(RemotingCommand.decode(Frames.binary(header)).language()).isEqualTo(LanguageCode.RUST);
        header[2] = (byte) 200;
        assertThat(RemotingCommand.decode(Frames.binary(header)).language()).isEqualTo(LanguageCode.OTHER);
    }

    @Test
    void refusesAHeaderCutOffAnywhere() {
        byte[] header = Frames.binaryHeader(310, Map.of("queueId", "3"));
        for (int length = 0; length < header.length; length++) {
            byte[] cut = Arrays.copyOf(header, length);
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> RemotingCommand.decode(Frames.binary(cut)))
                    .withMessageStartingWith("ROCKETMQ header: ")
                    .returns(Reason.HEADER_SYNTAX, ProtocolException::reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "13, -1, remark length -1",
        "13, 2147483647, remark length 2147483647",
        "13, 100, remark length 100",
        "17, -1, ext map length -1",
        "17, 2147483647, ext map length 2147483647",
        "17, 0, bytes follow its ext map",
        "17, 13, bytes follow its ext map",
        "30, -1, ext value length -1",
        "30, 2147483647, ext value length 2147483647",
        "30, 2, ext value length 2",
        "30, 0, an ext key's length is cut off",
    })
    void refusesLengthsThatDoNotFit(int at, int length, String message) {
        byte[] header = Frames.binaryHeader(310, Map.of("queueId", "3"));
        ByteBuffer.wrap(header).putInt(at, length);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> RemotingCommand.decode(Frames.binary(header)))
                .withMessageContaining(message)
                .returns(Reason.HEADER_SYNTAX, ProtocolException::reason);
    }

    @ParameterizedTest
    @CsvSource({"-1", "-32768", "32767", "9"})
    void refusesKeyLengthsThatDoNotFit(short length) {
        byte[] header = Frames.binaryHeader(310, Map.of("queueId", "3"));
        ByteBuffer.wrap(header).putShort(21, length);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> RemotingCommand.decode(Frames.binary(header)))
                .returns(Reason.HEADER_SYNTAX, ProtocolException::reason);
    }
}
