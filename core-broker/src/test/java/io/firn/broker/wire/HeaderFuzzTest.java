package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Valid frames with random damage: each is read, or refused by one of the two exceptions made for that. */
class HeaderFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final byte[] ALPHABET = "{}[]\":,\\u0d8nft \t-1e.truefalsn\u0000\u007f".getBytes(UTF_8);

    private final long seed = Long.getLong("firn.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final EagerHandler handler = new EagerHandler();
    private int refused;

    @Test
    void damagedFramesAreReadOrRefused() {
        List<byte[]> samples = new ArrayList<>(Frames.golden().values());
        samples.add(
                Frames.json("{\"x\":[{\"y\":\"\\ud83d\\ude00\"}],\"code\":11,\"extFields\":{\"topic\":1.5,\"b\":{}}}"));
        samples.add(Frames.json("{\"code\":310,\"extFields\":{\"i\":\"" + "a\\u0001b\\u0002".repeat(50) + "\"}}"));
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int round = 0; round < ROUNDS; round++) {
                feed(damaged(samples.get(random.nextInt(samples.size()))), round);
            }
        });
        assertThat(handler.delivered()).as("delivered, seed %d", seed).isPositive();
        assertThat(refused).as("refused, seed %d", seed).isPositive();
    }

    private byte[] damaged(byte[] sample) {
        byte[] bytes = sample.clone();
        for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
            switch (random.nextInt(5)) {
                case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = resized(bytes, random.nextInt(-10, 10));
                default ->
                    bytes[random.nextInt(Math.min(8, bytes.length), bytes.length)] =
                            ALPHABET[random.nextInt(ALPHABET.length)];
            }
        }
        return bytes;
    }

    /** Takes bytes out of a random place, or puts some in, with the lengths made to fit most of the time. */
    private byte[] resized(byte[] bytes, int by) {
        int at = random.nextInt(8, bytes.length);
        int cut = Math.min(Math.max(0, -by), bytes.length - at);
        byte[] result = new byte[bytes.length - cut + Math.max(0, by)];
        System.arraycopy(bytes, 0, result, 0, at);
        for (int i = 0; i < by; i++) {
            result[at + i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        System.arraycopy(bytes, at + cut, result, at + Math.max(0, by), bytes.length - at - cut);
        if (result.length < 9) {
            return bytes;
        }
        if (random.nextInt(10) > 0) {
            byte[] header = new byte[result.length - 8];
            System.arraycopy(result, 8, header, 0, header.length);
            return Frames.frame(bytes[4] & 1, header, new byte[0]);
        }
        return result;
    }

    private void feed(byte[] bytes, int round) {
        try (FrameDecoder decoder = new FrameDecoder(handler)) {
            int cut = random.nextInt(bytes.length + 1);
            decoder.read(Unpooled.copiedBuffer(bytes, 0, cut));
            decoder.read(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank();
            refused++;
        } catch (RuntimeException e) {
            fail("seed %d round %d: %s".formatted(seed, round, HexFormat.of().formatHex(bytes)), e);
        }
    }
}
