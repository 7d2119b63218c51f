package io.firn.broker.timer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecallHandleTest {

    @Test
    void isWhatRocketMqsClientsRead() {
        RecallHandle handle = new RecallHandle("T", "b", 1000, "K");

        assertThat(handle.encode()).isEqualTo("djEgVCBiIDEwMDAgSw==");
        assertThat(RecallHandle.parse("djEgVCBiIDEwMDAgSw==")).isEqualTo(handle);
    }

    @ParameterizedTest
    @CsvSource({
        "v2 T b 1000 K, version",
        "v1 T b 1000, 4 parts",
        "v1 T b 1000 K more, 6 parts",
        "'v1 T b 1000 ', parts",
        "v1 T b soon K, milliseconds",
        "v1 T b -5 K, milliseconds",
        "'', version",
    })
    void saysWhatIsWrongWithOneThatIsNone(String text, String reason) {
        String encoded = Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));

        assertThatThrownBy(() -> RecallHandle.parse(encoded))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.ILLEGAL_OPERATION))
                .hasMessageContaining(reason);
    }

    @Test
    void refusesAKeyThatWouldBecomeOtherProperties() {
        byte[] text = "v1 T b 1000 \u0002REAL_TOPIC\u0001OTHER\u0002".getBytes(UTF_8);
        String encoded = Base64.getUrlEncoder().encodeToString(text);

        assertThatThrownBy(() -> RecallHandle.parse(encoded))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("control characters");
    }

    @Test
    void saysThatSomethingIsNotBase64() {
        assertThatThrownBy(() -> RecallHandle.parse("***"))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("not base64");
    }
}
