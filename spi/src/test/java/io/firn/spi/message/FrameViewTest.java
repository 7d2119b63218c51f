package io.firn.spi.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.topic.QueueRef;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameViewTest {

    private static final int BODY_LENGTH_AT = 84;
    private static final int TOPIC_LENGTH_AT = 93;

    private final FrameView view = new FrameView();

    private static FrameBuilder message() {
        return FrameBuilder.in(new QueueRef("orders", 3))
                .offset(17)
                .position(4096)
                .storedMs(1234567890123L)
                .property("TAGS", "paid")
                .property("KEYS", "k1 k2")
                .body("hello");
    }

    @Test
    void readsEveryField() {
        view.wrap(message().build());
        assertThat(view.inspect()).isEqualTo(FrameStatus.OK);
        assertThat(view.topic()).isEqualTo("orders");
        assertThat(view.queueId()).isEqualTo(3);
        assertThat(view.queueOffset()).isEqualTo(17);
        assertThat(view.position()).isEqualTo(4096);
        assertThat(view.storeTimestampMs()).isEqualTo(1234567890123L);
        assertThat(view.bornTimestampMs()).isEqualTo(1234567890123L);
        assertThat(view.flag()).isZero();
        assertThat(view.sysFlag()).isZero();
        assertThat(view.reconsumeTimes()).isZero();
        assertThat(view.preparedPosition()).isZero();
        assertThat(view.bodyLength()).isEqualTo(5);
        assertThat(text(view.body())).isEqualTo("hello");
        assertThat(view.isBodyIntact()).isTrue();
        assertThat(view.tagsCode()).isEqualTo("paid".hashCode());
        assertThat(view.bornHost()).isEqualTo(new InetSocketAddress("10.0.0.1", 4711));
        assertThat(view.storeHost()).isEqualTo(new InetSocketAddress("10.0.0.2", 10911));
    }

    @Test
    void readsLongTopicLengthsAndLongHosts() {
        for (FrameBuilder builder : new FrameBuilder[] {
            message().version2(), message().ipv6(), message().version2().ipv6()
        }) {
            view.wrap(builder.build());
            assertThat(view.inspect()).isEqualTo(FrameStatus.OK);
            assertThat(view.topic()).isEqualTo("orders");
            assertThat(text(view.body())).isEqualTo("hello");
            assertThat(view.storeTimestampMs()).isEqualTo(1234567890123L);
            assertThat(view.property(PropertyName.KEYS)).hasToString("k1 k2");
            assertThat(view.storeHost().getPort()).isEqualTo(10911);
        }
    }

    @Test
    void readsWhereTheFrameIsAndMovesNothing() {
        ByteBuffer frame = message().build();
        ByteBuffer two = ByteBuffer.allocateDirect(frame.remaining() * 2);
        two.put(frame.duplicate()).put(frame.duplicate()).flip();
        view.wrap(two, frame.remaining());
        assertThat(view.inspect()).isEqualTo(FrameStatus.OK);
        assertThat(view.bytes()).isEqualTo(frame);
        assertThat(view.bytes().isReadOnly()).isTrue();
        assertThat(view.body().isReadOnly()).isTrue();
        assertThat(view.hasProperty(PropertyName.TAGS)).isTrue();
        assertThat(two.position()).isZero();
        assertThat(two.limit()).isEqualTo(frame.remaining() * 2);
    }

    @Test
    void readsBuffersOfEitherOrder() {
        view.wrap(message().build().order(ByteOrder.LITTLE_ENDIAN));
        assertThat(view.inspect()).isEqualTo(FrameStatus.OK);
        assertThat(view.queueOffset()).isEqualTo(17);
    }

    @Test
    void findsPropertiesByTheirWholeName() {
        view.wrap(message().property("KEY", "no").property("empty", "").build());
        assertThat(view.property(PropertyName.of("KEYS"))).hasToString("k1 k2");
        assertThat(view.property(PropertyName.of("KEY"))).hasToString("no");
        assertThat(view.property(PropertyName.of("empty"))).hasToString("");
        assertThat(view.property(PropertyName.of("EYS"))).isNull();
        assertThat(view.property(PropertyName.of("k1 k2"))).isNull();
        assertThat(view.hasProperty(PropertyName.UNIQ_KEY)).isFalse();
    }

    @Test
    void readsPropertiesThatAreNotPairs() {
        ByteBuffer frame = message().build();
        int at = frame.limit() - 4;
        frame.put(at, (byte) 'x').put(at + 3, (byte) 'y');
        view.wrap(frame);
        assertThat(view.property(PropertyName.TAGS)).hasToString("paid");
        assertThat(view.property(PropertyName.of("y"))).isNull();
    }

    @Test
    void hashesTagsAsQueueEntriesDo() {
        view.wrap(
                FrameBuilder.in(new QueueRef("t", 0)).property("TAGS", "größe€").build());
        assertThat(view.tagsCode()).isEqualTo("größe€".hashCode());
        view.wrap(FrameBuilder.in(new QueueRef("t", 0)).build());
        assertThat(view.tagsCode()).isZero();
        assertThat(view.isBodyIntact()).isTrue();
    }

    @Test
    void comparesTopicsWithoutCopies() {
        view.wrap(message().build());
        assertThat(view.isTopic("orders".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(view.isTopic("order".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(view.isTopic("orderz".getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void seesABodyThatWasChanged() {
        ByteBuffer frame = message().build();
        frame.put(BODY_LENGTH_AT + 4, (byte) 'H');
        assertThat(view.wrap(frame).inspect()).isEqualTo(FrameStatus.OK);
        assertThat(view.isBodyIntact()).isFalse();
    }

    @Test
    void tellsATruncatedFrameAtEveryLength() {
        ByteBuffer frame = message().build();
        int whole = frame.limit();
        for (int length = 0; length < whole; length++) {
            frame.limit(length);
            assertThat(view.wrap(frame).inspect()).as("%d bytes", length).isEqualTo(FrameStatus.TRUNCATED);
        }
    }

    @Test
    void tellsFillersAndZeros() {
        ByteBuffer bytes = ByteBuffer.allocate(200);
        assertThat(view.wrap(bytes).inspect()).isEqualTo(FrameStatus.ZERO);
        bytes.putInt(0, 200).putInt(4, FrameView.MAGIC_FILLER);
        assertThat(view.wrap(bytes).inspect()).isEqualTo(FrameStatus.FILLER);
        bytes.putInt(4, 4711);
        assertThat(view.wrap(bytes).inspect()).isEqualTo(FrameStatus.BAD_MAGIC);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 6, 4})
    void refusesBodyLengthsThatDoNotAddUp(int length) {
        ByteBuffer frame = message().build();
        frame.putInt(BODY_LENGTH_AT, length);
        assertThat(view.wrap(frame).inspect()).isEqualTo(FrameStatus.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(bytes = {-1, Byte.MIN_VALUE, Byte.MAX_VALUE, 5})
    void refusesTopicLengthsThatDoNotAddUp(byte length) {
        ByteBuffer frame = message().build();
        frame.put(TOPIC_LENGTH_AT, length);
        assertThat(view.wrap(frame).inspect()).isEqualTo(FrameStatus.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(shorts = {-1, Short.MIN_VALUE, Short.MAX_VALUE, 1})
    void refusesPropertyLengthsThatDoNotAddUp(short length) {
        ByteBuffer frame = message().build();
        frame.putShort(TOPIC_LENGTH_AT + 1 + "orders".length(), length);
        assertThat(view.wrap(frame).inspect()).isEqualTo(FrameStatus.BAD_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 90, Integer.MIN_VALUE})
    void refusesSizesBelowTheSmallestFrame(int size) {
        ByteBuffer frame = message().build();
        frame.putInt(0, size);
        assertThat(view.wrap(frame).inspect()).isEqualTo(FrameStatus.BAD_LENGTH);
    }

    @Test
    void neverThrowsOnBytesThatAreNotAFrame() {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer frame = message().build();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
            }
            frame.limit(random.nextInt(frame.capacity() + 1));
            boolean whole = view.wrap(frame).inspect() == FrameStatus.OK;
            if (whole) {
                assertThat(view.bytes().remaining()
                                + view.body().remaining()
                                + view.topic().length())
                        .as("seed %d", seed)
                        .isPositive();
                assertThat(view.hasProperty(PropertyName.of("none")))
                        .as("seed %d", seed)
                        .isFalse();
            }
        }
    }

    @Test
    void refusesPlacesBeyondTheBuffer() {
        ByteBuffer frame = message().build();
        assertThatThrownBy(() -> view.wrap(frame, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> view.wrap(frame, frame.limit() + 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
