package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers read from bytes are those that Java reads from text. */
final class NumberTextTest {

    private static final int NUMBERS = 50_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+5",
                "007",
                "9223372036854775807",
                "-9223372036854775807",
                "1000000000000000000",
                "12345678901"
            })
    void readsWholeNumbers(String text) {
        assertThat(whole(text)).isEqualTo(Long.parseLong(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "+", "5.", "5 ", " 5", "5L", "0x5", "9223372036854775808", "99999999999999999999", "५"})
    void otherTextsAreNoWholeNumbers(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(NumberText.isWhole(bytes, 0, bytes.length)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "5.",
                ".5",
                "-5.5",
                "+5.5e3",
                " 5.5\t",
                "1e22",
                "1e23",
                "1e-22",
                "1e-23",
                "1E308",
                "1e309",
                "-1e999",
                "1e-400",
                "4.9e-324",
                "1e99999999999",
                "1e-99999999999",
                "9007199254740993",
                "9007199254740992.5",
                "0.1",
                "0.30000000000000004",
                "123456789012345678901234567890",
                "0e99999",
                "2.2250738585072012e-308",
                "00000000000000000000000000001.5"
            })
    void readsDecimalNumbers(String text) {
        assertThat(decimal(text)).isEqualTo(Double.parseDouble(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                ".",
                "-.",
                "e5",
                "5e",
                "5e+",
                "5.5.5",
                "5,5",
                "NaN",
                "Infinity",
                "-Infinity",
                "5d",
                "5f",
                "0x1p3",
                "1_000",
                "- 5",
                "5 5",
                "५",
                "--5"
            })
    void otherTextsAreNoNumbers(String text) {
        assertThat(decimal(text)).isNaN();
    }

    @Test
    void agreesWithJavaOnAnyNumber() {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int i = 0; i < NUMBERS; i++) {
            long whole = random.nextLong() >> random.nextInt(63);
            if (whole != Long.MIN_VALUE) {
                assertThat(whole(Long.toString(whole))).as("seed %s", seed).isEqualTo(whole);
            }
            String text = randomDecimal(random);
            assertThat(decimal(text)).as("seed %s: %s", seed, text).isEqualTo(Double.parseDouble(text));
        }
    }

    private static String randomDecimal(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Double.toString(Double.longBitsToDouble((random.nextLong() & ~(0x7FFL << 52)) | (1_000L << 52)));
            case 1 -> Double.toString(random.nextGaussian() * 1_000);
            case 2 -> String.format(Locale.ROOT, "%.3f", random.nextGaussian() * 1e6);
            default -> (random.nextLong() >> random.nextInt(63)) + "e" + random.nextInt(-330, 310);
        };
    }

    private static long whole(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        assertThat(NumberText.isWhole(bytes, 1, bytes.length - 1)).as(text).isTrue();
        return NumberText.whole(bytes, 1, bytes.length - 1);
    }

    private static double decimal(String text) {
        byte[] bytes = ("9" + text + "9").getBytes(StandardCharsets.UTF_8);
        return NumberText.decimal(bytes, 1, bytes.length - 1);
    }
}
