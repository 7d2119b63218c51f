package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChecksumsTest {
    @Test
    void knowsTheCheckValueOfTheStandard() {
        Payload digits = Payload.of("123456789".getBytes(StandardCharsets.US_ASCII));

        assertThat(Checksums.of(digits)).isEqualTo(0xe3069283);
        assertThat(Checksums.toBase64(0xe3069283)).isEqualTo("4waSgw==");
        assertThat(Checksums.fromBase64("4waSgw==")).isEqualTo(0xe3069283);
    }

    @Test
    void joinsPiecesOfAnyLengths() {
        long seed = ObjectStoreContract.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = ObjectStoreContract.bytes(random.nextInt(100_000), random.nextLong());
            List<UploadedPart> parts = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int length = 1 + random.nextInt(bytes.length - at);
                int crc = Checksums.of(ByteBuffer.wrap(bytes, at, length));
                parts.add(new UploadedPart(parts.size() + 1, "", length, crc));
                at += length;
            }
            assertThat(Checksums.ofParts(parts)).as("seed %d", seed).isEqualTo(Checksums.of(ByteBuffer.wrap(bytes)));
        }
        assertThat(Checksums.join(0x12345678, 0, 0)).isEqualTo(0x12345678);
    }

    @Test
    void refusesAPayloadThatLiesAboutItsLength() {
        Payload liar = new Payload() {
            @Override
            public long lengthBytes() {
                return 5;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[4]);
            }
        };
        assertThatThrownBy(() -> Checksums.of(liar))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 bytes and yields 4");
    }
}
