package io.firn.broker.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.firn.broker.runtime.Utf8Cache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes where a record is looked for: told what they are, and read within their bounds when they are one. */
final class RecordFuzzTest {

    private static final HostAddress STORE = HostAddress.parse("127.0.0.1:10911");
    private static final int LARGEST = 1 << 20;
    private static final Utf8Cache TOPICS = new Utf8Cache(64);

    static List<byte[]> records() {
        TestMessage message = TestMessage.of("Topic", 3, "body").withProperties(Map.of("KEYS", "a b", "TAGS", "t"));
        TestMessage strange = message.from(HostAddress.of(new byte[] {10, 0, 0, 1}, Integer.MAX_VALUE));
        TestMessage wide = message.from(HostAddress.parse("[::1]:80"));
        return Stream.of(message, strange, wide)
                .map(each -> RecordFuzzTest.withPosition(new RecordEncoder(STORE, LARGEST).encode(each)))
                .toList();
    }

    private static byte[] withPosition(EncodedRecords record) {
        byte[] bytes = record.bytes().asSlice(0, record.length()).toArray(ValueLayout.JAVA_BYTE);
        return ByteBuffer.allocate(Long.BYTES + bytes.length)
                .putLong(0)
                .put(bytes)
                .array();
    }

    static List<byte[]> batches() {
        byte[] one = {0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 3, 'a', 'b', 'c', 0, 4, 'k', 1, 'v', 2};
        byte[] two = ByteBuffer.allocate(1 + 2 * one.length)
                .put((byte) 0)
                .put(one)
                .put(one)
                .array();
        return List.of(two, new byte[] {4, 'k', 1, 'v', 2});
    }

    static List<byte[]> properties() {
        return Stream.of("k\u0001v\u0002", "KEYS\u0001a b\u0002TAGS\u0001t", "\u0001\u0002\u0002k")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** The first 8 bytes of the input are the position it is believed to stand at. */
    @MethodSource("records")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreARecordOrNone(byte[] input) {
        if (input.length < Long.BYTES) {
            return;
        }
        long position = ByteBuffer.wrap(input).getLong();
        MemorySegment memory = MemorySegment.ofArray(input);
        RecordView view = new RecordView().wrap(memory, Long.BYTES, input.length);
        RecordStatus status = view.inspect(position, Verify.LENGTHS);
        if (status == RecordStatus.OK) {
            readEverything(view, position);
            RecordStatus whole = view.inspect(position, Verify.CRC);
            assertThat(whole).isIn(RecordStatus.OK, RecordStatus.BAD_CRC);
        }
    }

    private static void readEverything(RecordView view, long position) {
        assertThat(view.physicalOffset()).isEqualTo(position);
        long end = view.offset() + view.totalSize();
        assertThat(view.bodyOffset() + view.bodyLength()).isLessThan(end);
        assertThat(view.propertiesOffset() + view.propertiesLength()).isEqualTo(end);
        String topic = view.topic(TOPICS);
        assertThat(view.isOfTopic(topic)).isTrue();
        assertThat(view.bornHost().toString()).isNotEmpty();
        assertThat(view.storeHost().toString()).isNotEmpty();
        int[] keys = {0};
        view.forEachKey((kind, bytes, from, length) -> {
            assertThat(from >= 0 && length >= 0 && from + length <= bytes.length)
                    .isTrue();
            keys[0]++;
        });
        assertThat(keys[0]).isLessThanOrEqualTo(view.propertiesLength());
        assertThat(view.tagsCode() == 0 || view.property("TAGS") != null).isTrue();
    }

    /** A batch that is taken becomes records that can be read; the first byte of the input is the length of shared properties. */
    @MethodSource("batches")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreABatchOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int shared = Math.min(input[0] & 0xFF, input.length - 1);
        byte[] properties = Arrays.copyOfRange(input, 1, 1 + shared);
        byte[] body = Arrays.copyOfRange(input, 1 + shared, input.length);
        EncodedRecords records;
        try {
            records = new RecordEncoder(STORE, LARGEST)
                    .encodeBatch(TestMessage.of("T", 0, body).withProperties(properties));
        } catch (IllegalRecordException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(records.count()).isPositive();
        for (int i = 0; i < records.count(); i++) {
            RecordView view = new RecordView();
            long at = records.offsetOf(i);
            view.wrap(records.bytes(), at, at + records.sizeOf(i));
            assertThat(view.inspect(0, Verify.CRC)).isEqualTo(RecordStatus.OK);
            readEverything(view, 0);
        }
    }

    @MethodSource("properties")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreProperties(byte[] input) {
        PropertyBytes properties = new PropertyBytes().load(input, 0, input.length);
        Map<String, String> map = properties.toMap();
        map.forEach((name, value) -> {
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            if (name.equals(new String(key, StandardCharsets.UTF_8)) && properties.find(key)) {
                assertThat(properties.valueOffset() + properties.valueLength())
                        .isLessThanOrEqualTo(properties.length());
            }
        });
        assertThat(properties.length()).isEqualTo(input.length);
    }
}
