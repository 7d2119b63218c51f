package io.firn.broker.abuse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Choices of a seeded test, with a taste for the edges. Owner: the test's thread. */
final class Dice {

    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        3,
        4,
        7,
        8,
        15,
        16,
        255,
        256,
        4095,
        4096,
        32_767,
        32_768,
        65_535,
        65_536,
        16_777_215,
        16_777_216,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final List<String> ODD_TEXTS = List.of(
            "",
            " ",
            "null",
            "true",
            "*",
            "||",
            "a || b || ",
            ".",
            "..",
            "../../x",
            "a/b",
            "\\",
            "\0",
            "\u0001",
            "\u0002",
            "k\u0001v\u0002",
            "%RETRY%",
            "%DLQ%FuzzGroup",
            "%RETRY%FuzzGroup",
            "SCHEDULE_TOPIC_XXXX",
            "TBW102",
            "RMQ_SYS_TRANS_HALF_TOPIC",
            "é",
            "\uD83D\uDE00",
            "1e9",
            "1.5",
            "-",
            "+1",
            "0x10",
            "{}",
            "[1]",
            "\"",
            "9999999999999999999999");

    private final long seed;
    private final Random random;

    private final int number;

    private Dice(long seed, int number) {
        this.seed = seed;
        this.number = number;
        this.random = new Random(seed * 1_000_003 + number);
    }

    /** From {@code -Dfirn.seed=}, else new ones in each run. Tells which. */
    static Dice roll() {
        String given = System.getProperty("firn.seed", "");
        Dice dice = new Dice(given.isBlank() ? System.nanoTime() : Long.parseLong(given.strip()), 0);
        System.err.println(dice);
        return dice;
    }

    /** How much is done: {@code usual} times {@code -Dfirn.fuzz.scale=}. */
    static int scaled(int usual) {
        return usual * Math.max(1, Integer.getInteger("firn.fuzz.scale", 1));
    }

    /** Dice for one case of a run: what a case does depends on no other case. */
    Dice forCase(int caseNumber) {
        return new Dice(seed, caseNumber);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** True once in {@code n} times. */
    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Numbers near the edges of types and limits more often than others. */
    long number() {
        return oneIn(4) ? random.nextLong() >> random.nextInt(64) : EDGES[random.nextInt(EDGES.length)];
    }

    /** A text that somebody may have trouble with. */
    String text() {
        return switch (below(8)) {
            case 0 -> Long.toString(number());
            case 1 -> "x".repeat(oneOf(100, 127, 128, 255, 256, 1_000, 32_768, 70_000));
            case 2 -> {
                byte[] bytes = bytes(below(40));
                yield new String(bytes, StandardCharsets.UTF_8);
            }
            default -> oneOf(ODD_TEXTS);
        };
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A copy with some damage: flipped bits, other numbers, less, more, or a part twice. */
    byte[] damaged(byte[] sound) {
        byte[] bytes = sound.clone();
        for (int i = 1 + below(3); i > 0 && bytes.length > 0; i--) {
            bytes = damagedOnce(bytes);
        }
        return bytes;
    }

    private byte[] damagedOnce(byte[] bytes) {
        int at = below(bytes.length);
        switch (below(6)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << below(8));
            case 2 -> bytes[at] = (byte) number();
            case 3 -> {
                long number = number();
                int width = oneOf(2, 4, 8);
                for (int i = 0; i < width && at + i < bytes.length; i++) {
                    bytes[at + i] = (byte) (number >> (8 * (width - 1 - i)));
                }
            }
            case 4 -> {
                return java.util.Arrays.copyOf(bytes, at);
            }
            default -> {
                int length = 1 + below(Math.min(64, bytes.length - at));
                byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + length);
                System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                return longer;
            }
        }
        return bytes;
    }

    @Override
    public String toString() {
        return "case " + number + " of seed " + seed + " (repeat with -Dfirn.seed=" + seed + ")";
    }
}
