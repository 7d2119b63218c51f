package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Properties in the order of a map with 128 buckets, which is RocketMQ's. */
final class PropertyLayoutTest {

    private static final int MOST_KEYS = 60;

    private final PropertyLayout layout = new PropertyLayout();

    @RepeatedTest(200)
    void ordersEntriesAsAMapOf128BucketsDoes(RepetitionInfo run) {
        long seed = Long.getLong("firn.seed", 41L) + run.getCurrentRepetition();
        Random random = new Random(seed);
        Map<String, String> oracle = new HashMap<>(128);
        StringBuilder given = new StringBuilder();
        int count = random.nextInt(MOST_KEYS);
        for (int i = 0; i < count; i++) {
            String key = Integer.toString(random.nextInt(1 << random.nextInt(1, 20)), 36);
            String value = "v" + random.nextInt();
            oracle.put(key, value);
            given.append(key).append('\u0001').append(value).append('\u0002');
        }
        add(given.toString());
        for (String key : new String[] {"MSG_REGION", "TRACE_ON", "CLUSTER"}) {
            oracle.put(key, "x");
            layout.add(PropertyLayout.entry(key, "x"));
        }
        String gone = Integer.toString(random.nextInt(100), 36);
        oracle.remove(gone);
        layout.remove(PropertyName.of(gone));

        StringBuilder expected = new StringBuilder();
        oracle.forEach((key, value) ->
                expected.append(key).append('\u0001').append(value).append('\u0002'));
        assertThat(text()).as("seed %d", seed).isEqualTo(expected.toString());
    }

    @Test
    void laterValueOfAKeyWinsInTheFirstOnesPlace() {
        add("b\u0001old\u0002a\u0001x\u0002b\u0001new\u0002");

        assertThat(text()).isEqualTo("a\u0001x\u0002b\u0001new\u0002");
    }

    @Test
    void dropsEntriesWithoutKeyOrValueAndSeparators() {
        add("\u0001v\u0002k\u0001\u0002novalue\u0002\u0002\u0001\u0002a\u0001b\u0002");

        assertThat(text()).isEqualTo("a\u0001b\u0002");
    }

    @Test
    void keepsALastEntryWithoutItsEnd() {
        add("a\u0001b");

        assertThat(text()).isEqualTo("a\u0001b\u0002");
    }

    @Test
    void keepsSeparatorsInsideAValue() {
        add("a\u0001b\u0001c\u0002");

        assertThat(layout.has(PropertyName.of("a"), "b\u0001c".getBytes(UTF_8))).isTrue();
        assertThat(text()).isEqualTo("a\u0001b\u0001c\u0002");
    }

    @Test
    void tellsWhatItHas() {
        add("WAIT\u0001false\u0002");
        byte[] value = new byte[5];

        assertThat(layout.has(PropertyName.of("WAIT"), "false".getBytes(UTF_8))).isTrue();
        assertThat(layout.has(PropertyName.of("WAIT"), "fals".getBytes(UTF_8))).isFalse();
        assertThat(layout.has(PropertyName.of("WAI"))).isFalse();
        assertThat(layout.copyValue(PropertyName.of("WAIT"), value)).isEqualTo(5);
        assertThat(new String(value, UTF_8)).isEqualTo("false");
        assertThat(layout.copyValue(PropertyName.of("WAIT"), new byte[4])).isZero();
        assertThat(layout.copyValue(PropertyName.of("TAGS"), value)).isZero();
    }

    @Test
    void forgetsThePreviousMessage() {
        add("a\u0001b\u0002");
        layout.clear();
        add("c\u0001d\u0002");

        assertThat(text()).isEqualTo("c\u0001d\u0002");
    }

    private void add(String properties) {
        byte[] bytes = ("??" + properties + "??").getBytes(UTF_8);
        layout.addAll(bytes, 2, bytes.length - 4);
    }

    private String text() {
        ByteBuffer out = ByteBuffer.allocate(layout.length());
        layout.copyTo(out);
        assertThat(out.hasRemaining()).isFalse();
        return new String(out.array(), UTF_8);
    }
}
