package io.firn.broker.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.Utf8Cache;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordRoundTripTest {

    private static final HostAddress V4 = HostAddress.parse("127.0.0.1:10911");
    private static final HostAddress V6 = HostAddress.parse("[2001:db8::17]:10911");

    private final Utf8Cache names = new Utf8Cache(16);
    private final RecordEncoder encoder = new RecordEncoder(V4, 1 << 20);

    @Test
    void sizeIsNinetyOneBytesAndBodyAndTopicAndProperties() {
        TestMessage message = TestMessage.of("TopicX", 0, new byte[7]).withProperties(new byte[162]);
        assertThat(encoder.encode(message).length()).isEqualTo(266);
    }

    @Test
    void keepsTheKnownChecksumOfHello() {
        EncodedRecords records = encoder.encode(TestMessage.of("T", 0, "hello"));
        assertThat(view(records, 0).bodyCrc()).isEqualTo(907060870);
    }

    @ParameterizedTest
    @CsvSource({"1,false,false", "127,false,true", "128,true,false", "255,true,true"})
    void givesBackEveryField(int topicLength, boolean bornV6, boolean storeV6) {
        String topic = "t".repeat(topicLength);
        HostAddress store = storeV6 ? V6 : V4;
        TestMessage message = new TestMessage(
                topic,
                7,
                -5,
                SysFlag.COMPRESSED | 0x300 | SysFlag.BORN_HOST_V6,
                1_700_000_000_123L,
                bornV6 ? V6 : TestMessage.BORN,
                3,
                987654321L,
                new byte[] {1, 2, 3},
                PropertyBytes.encode(Map.of("TAGS", "TagA")));
        EncodedRecords records = new RecordEncoder(store, 100).encode(message);
        records.placed(1L << 40, 42, 1_700_000_000_456L);
        RecordView view = view(records, 0);
        assertThat(view.inspect(1L << 40, Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(view.totalSize()).isEqualTo(records.length());
        assertThat(records.bytes().get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) (topicLength > 127 ? 0xAB : 0xA7));
        assertThat(view.topic(names)).isEqualTo(topic);
        assertThat(view.queueId()).isEqualTo(7);
        assertThat(view.flag()).isEqualTo(-5);
        assertThat(view.queueOffset()).isEqualTo(42);
        assertThat(view.physicalOffset()).isEqualTo(1L << 40);
        assertThat(view.bornTimestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(view.storeTimestamp()).isEqualTo(1_700_000_000_456L);
        assertThat(view.bornHost()).isEqualTo(message.bornHost());
        assertThat(view.storeHost()).isEqualTo(store);
        assertThat(SysFlag.isBornHostV6(view.sysFlag())).isEqualTo(bornV6);
        assertThat(SysFlag.isStoreHostV6(view.sysFlag())).isEqualTo(storeV6);
        assertThat(view.sysFlag() & ~0x30).isEqualTo(SysFlag.COMPRESSED | 0x300);
        assertThat(view.reconsumeTimes()).isEqualTo(3);
        assertThat(view.preparedTransactionOffset()).isEqualTo(987654321L);
        assertThat(view.bodyLength()).isEqualTo(3);
        assertThat(view.memory().get(ValueLayout.JAVA_BYTE, view.bodyOffset() + 2))
                .isEqualTo((byte) 3);
        assertThat(view.tagsCode()).isEqualTo("TagA".hashCode());
    }

    @Test
    void batchBecomesOneRecordPerPartWithTheSharedProperties() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(TestMessage.sub(9, bytes("a"), bytes("k\u0001v")));
        body.writeBytes(TestMessage.sub(8, bytes("bb"), bytes("k\u0001v\u0002")));
        body.writeBytes(TestMessage.sub(7, bytes(""), bytes("")));
        TestMessage message = TestMessage.of("T", 4, body.toByteArray()).withProperties(bytes("WAIT\u0001true\u0002"));
        EncodedRecords records = encoder.encodeBatch(message);
        records.placed(1000, 5, 77);
        assertThat(records.count()).isEqualTo(3);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < records.count(); i++) {
            RecordView view = view(records, i);
            assertThat(view.inspect(records.positionOf(i), Verify.CRC)).isEqualTo(RecordStatus.OK);
            assertThat(view.queueOffset()).isEqualTo(5 + i);
            seen.add(view.flag() + ":" + view.bodyLength() + ":"
                    + new String(view.properties().array(), 0, view.properties().length(), StandardCharsets.UTF_8)
                            .replace('\u0001', '=')
                            .replace('\u0002', ';'));
        }
        assertThat(seen).containsExactly("9:1:k=v;WAIT=true;", "8:2:k=v;WAIT=true;", "7:0:WAIT=true;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000",
                "00000015000000000000000000000000000000000000",
                "0000001600000000000000000000000000000001610000",
                "00000016000000000000000000000000ffffffff0000",
                "00000016000000000000000000000000000000000001",
                "0000001600000000000000000000000000000000ffff",
                "7fffffff000000000000000000000000000000000000",
                "80000000000000000000000000000000000000000000",
                "000000160000000000000000000000007fffffff0000"
            })
    void refusesABatchBodyWhoseLengthsDoNotAddUp(String hex) {
        byte[] body = java.util.HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> encoder.encodeBatch(TestMessage.of("T", 0, body)))
                .isInstanceOf(IllegalRecordException.class)
                .hasMessageContaining("batch body");
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> encoder.encode(TestMessage.of("T", 0, new byte[(1 << 20) + 1])))
                .isInstanceOf(IllegalRecordException.class)
                .hasMessageContaining("1048577")
                .hasMessageContaining("1048576");
        assertThatThrownBy(() -> encoder.encode(TestMessage.of("T", 0, "x").withProperties(new byte[32768])))
                .isInstanceOf(IllegalRecordException.class)
                .hasMessageContaining("32768");
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 30_000; i++) {
            many.writeBytes(TestMessage.sub(0, new byte[0], new byte[0]));
        }
        assertThatThrownBy(() -> encoder.encodeBatch(TestMessage.of("T", 0, many.toByteArray())))
                .isInstanceOf(IllegalRecordException.class)
                .hasMessageContaining("at most");
        assertThat(encoder.encode(TestMessage.of("T", 0, "fine")).count()).isEqualTo(1);
    }

    @Test
    void growsForLargeRecordsAndStaysRightForSmallOnes() {
        for (int size : new int[] {0, 1 << 20, 3, 200_000}) {
            EncodedRecords records = encoder.encode(TestMessage.of("T", 0, new byte[size]));
            records.placed(0, 0, 1);
            assertThat(view(records, 0).inspect(0, Verify.CRC)).isEqualTo(RecordStatus.OK);
            assertThat(view(records, 0).bodyLength()).isEqualTo(size);
        }
    }

    @Test
    void findsKeysTagsAndProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("KEYS", " order-1  \u00e4\u00f6 last");
        properties.put("UNIQ_KEY", "7F00000100002A9F0000000000000000");
        properties.put("TAGS", "Gr\u00fcn \ud83d\ude00");
        properties.put("color", "red");
        EncodedRecords records = encoder.encode(TestMessage.of("T", 0, "x").withProperties(properties));
        RecordView view = view(records, 0);
        List<String> keys = new ArrayList<>();
        view.forEachKey((kind, bytes, from, length) ->
                keys.add(kind + " " + new String(bytes, from, length, StandardCharsets.UTF_8)));
        assertThat(keys)
                .containsExactly(
                        "UNIQUE 7F00000100002A9F0000000000000000", "KEY order-1", "KEY \u00e4\u00f6", "KEY last");
        assertThat(view.tagsCode()).isEqualTo("Gr\u00fcn \ud83d\ude00".hashCode());
        assertThat(view.property("color")).isEqualTo("red");
        assertThat(view.property("colo")).isNull();
        assertThat(view.hasProperty(bytes("KEYS"))).isTrue();
    }

    @Test
    void recordWithoutPropertiesHasNoKeysAndTagsCodeZero() {
        RecordView view = view(encoder.encode(TestMessage.of("T", 0, "x")), 0);
        view.forEachKey((kind, bytes, from, length) -> {
            throw new AssertionError("no key expected");
        });
        assertThat(view.tagsCode()).isZero();
        assertThat(view.propertiesLength()).isZero();
    }

    @Test
    void neverReadsOutOfBoundsWhateverTheBytesAre() {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.err.println("seed " + seed);
        Random random = new Random(seed);
        TestMessage message = TestMessage.of("Topic", 1, "body").withProperties(Map.of("TAGS", "a"));
        EncodedRecords records = encoder.encode(message);
        records.placed(0, 0, 1);
        byte[] good = records.bytes().asSlice(0, records.length()).toArray(ValueLayout.JAVA_BYTE);
        RecordView view = new RecordView();
        int whole = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = good.clone();
            int changes = random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int limit = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
            MemorySegment memory = MemorySegment.ofArray(bytes).asSlice(0, limit);
            if (view.wrap(memory, 0, limit).inspect(0, Verify.CRC) == RecordStatus.OK) {
                whole++;
                assertThat(view.totalSize()).isEqualTo(limit);
                assertThat(view.topic(names)).isNotEmpty();
                assertThat(view.bodyLength()).isEqualTo(4);
            }
        }
        assertThat(whole).isGreaterThan(1000);
    }

    @Test
    void tellsWhatIsWrong() {
        EncodedRecords records = encoder.encode(TestMessage.of("T", 0, "body"));
        records.placed(500, 0, 1);
        int length = records.length();
        byte[] bytes = records.bytes().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment memory = MemorySegment.ofArray(bytes);
        RecordView view = new RecordView();
        assertThat(view.wrap(memory, 0, length).inspect(500, Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(view.wrap(memory, 0, length).inspect(501, Verify.CRC)).isEqualTo(RecordStatus.BAD_POSITION);
        assertThat(view.wrap(memory, 0, length - 1).inspect(500, Verify.CRC)).isEqualTo(RecordStatus.BAD_LENGTH);
        assertThat(view.wrap(memory, 0, 7).inspect(500, Verify.CRC)).isEqualTo(RecordStatus.BAD_LENGTH);
        bytes[90] ^= 1;
        assertThat(view.wrap(memory, 0, length).inspect(500, Verify.LENGTHS)).isEqualTo(RecordStatus.OK);
        assertThat(view.wrap(memory, 0, length).inspect(500, Verify.CRC)).isEqualTo(RecordStatus.BAD_CRC);
        bytes[4] ^= 1;
        assertThat(view.wrap(memory, 0, length).inspect(500, Verify.LENGTHS)).isEqualTo(RecordStatus.BAD_MAGIC);
        MemorySegment zeros = MemorySegment.ofArray(new byte[100]);
        assertThat(view.wrap(zeros, 0, 100).inspect(0, Verify.CRC)).isEqualTo(RecordStatus.ZERO);
        RecordLayout.writeFiller(zeros, 0, 100);
        assertThat(view.wrap(zeros, 0, 100).inspect(0, Verify.CRC)).isEqualTo(RecordStatus.FILLER);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RecordView view(EncodedRecords records, int i) {
        int from = records.offsetOf(i);
        return new RecordView().wrap(records.bytes(), from, from + records.sizeOf(i));
    }
}
