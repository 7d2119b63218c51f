package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.message.FrameView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainBodyTest {

    private static final int ZLIB = FrameView.COMPRESSED | (3 << 8);

    private static byte[] packed(int length) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(new byte[length]);
            deflater.finish();
            byte[] out = new byte[length + 100];
            return Arrays.copyOf(out, deflater.deflate(out));
        } finally {
            deflater.end();
        }
    }

    private static byte[] read(byte[] body, int sysFlag, int maxBytes) throws PlainBody.Unreadable {
        return PlainBody.of(ByteBuffer.wrap(body), sysFlag, maxBytes);
    }

    @Test
    void leavesTheBufferAsItWas() throws PlainBody.Unreadable {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);

        assertThat(PlainBody.of(body, 0, 10)).containsExactly(2, 3);
        assertThat(body.remaining()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 100_000})
    void unpacksABodyThatJustFitsAndNoneBeyond(int length) throws PlainBody.Unreadable {
        assertThat(read(packed(length), ZLIB, Math.max(length, 100))).isEqualTo(new byte[length]);
        assertThat(read(packed(length), FrameView.COMPRESSED, Math.max(length, 100)))
                .isEqualTo(new byte[length]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 100_000, 10_000_000})
    void stopsUnpackingAtTheLimit(int length) {
        assertThatThrownBy(() -> read(packed(length), ZLIB, 1000))
                .isInstanceOf(PlainBody.Unreadable.class)
                .hasMessageContaining("longer than the 1000 bytes");
    }

    @Test
    void saysWhyABodyCanNotBeUnpacked() {
        byte[] good = packed(1000);

        assertThatThrownBy(() -> read(Arrays.copyOf(good, good.length - 5), ZLIB, 5000))
                .hasMessageContaining("ends too early");
        assertThatThrownBy(() -> read(new byte[] {9, 9, 9, 9}, ZLIB, 5000)).hasMessageContaining("damaged");
        assertThatThrownBy(() -> read(good, FrameView.COMPRESSED | (1 << 8), 5000))
                .hasMessageContaining("method 1, only zlib");
        assertThatThrownBy(() -> read(new byte[5001], 0, 5000)).hasMessageContaining("longer than the 5000 bytes");
    }
}
