package io.firn.compaction.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class KeyHashTest {

    private final KeyHash hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private String of(int length) {
        byte[] input = new byte[length + 3];
        for (int i = 0; i < length; i++) {
            input[i + 3] = (byte) i;
        }
        hash.hash(input, 3, length);
        ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        return HexFormat.of()
                .formatHex(out.putLong(hash.high()).putLong(hash.low()).array());
    }

    /** The first vectors of the reference implementation's table for 128 bits. */
    @Test
    void agreesWithTheReferenceVectors() {
        assertThat(of(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(of(1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
        assertThat(of(2)).isEqualTo("8177228da4a45dc7fca38bdef60affe4");
        assertThat(of(7)).isEqualTo("a1f1ebbed8dbc153c0b84aa61ff08239");
        assertThat(of(8)).isEqualTo("3b62a9ba6258f5610f83e264f31497b4");
    }

    @Test
    void otherSeedsGiveOtherHashes() {
        byte[] key = {1, 2, 3};
        hash.hash(key, 0, 3);
        KeyHash other = new KeyHash(1, 2);
        other.hash(key, 0, 3);
        assertThat(other.high()).isNotEqualTo(hash.high());
    }
}
