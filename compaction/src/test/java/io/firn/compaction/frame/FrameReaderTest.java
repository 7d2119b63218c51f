package io.firn.compaction.frame;

import static io.firn.compaction.Records.record;
import static io.firn.compaction.Records.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.Seeds;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameReaderTest {

    private final FrameReader frame = new FrameReader();
    private final RecordKey key = new RecordKey(RecordKey.KEYS);

    private FrameFault read(byte[] bytes) {
        return frame.read(MemorySegment.ofArray(bytes), 0);
    }

    @Test
    void readsTheFieldsOfBothVersionsAndHostFamilies() {
        for (String topic : new String[] {"t", "t".repeat(200)}) {
            byte[] v4 = record(17).topic(topic).at(4711).storedAt(99).key("k").build();
            byte[] v6 = record(17)
                    .topic(topic)
                    .at(4711)
                    .storedAt(99)
                    .key("k")
                    .ipv6()
                    .build();
            for (byte[] bytes : new byte[][] {v4, v6}) {
                assertThat(read(bytes)).isEqualTo(FrameFault.NONE);
                assertThat(frame.queueOffset()).isEqualTo(17);
                assertThat(frame.position()).isEqualTo(4711);
                assertThat(frame.storeTime()).isEqualTo(99);
                assertThat(frame.size()).isEqualTo(bytes.length);
                assertThat(frame.bodyIsIntact()).isTrue();
                assertThat(FrameReader.storeTime(MemorySegment.ofArray(bytes), 0))
                        .isEqualTo(99);
                key.load(frame);
                assertThat(key.isKey(utf8("k"))).isTrue();
            }
        }
    }

    @Test
    void namesWhatIsWrong() {
        byte[] good = record(1).key("k").build();
        assertThat(read(new byte[40])).isEqualTo(FrameFault.SHORT);
        assertThat(read(new byte[200])).isEqualTo(FrameFault.MAGIC);
        assertThat(read(ByteBuffer.wrap(good.clone()).putInt(0, good.length - 1).array()))
                .isEqualTo(FrameFault.LENGTH);
        assertThat(read(ByteBuffer.wrap(good.clone()).putInt(0, good.length + 1).array()))
                .isEqualTo(FrameFault.SHORT);
        byte[] otherBody = good.clone();
        otherBody[89] ^= 1;
        assertThat(read(otherBody)).isEqualTo(FrameFault.NONE);
        assertThat(frame.bodyIsIntact()).isFalse();
        MemorySegment memory = MemorySegment.ofArray(good);
        assertThat(frame.read(memory, 0, good.length + 1, 1)).isEqualTo(FrameFault.SIZE);
        assertThat(frame.read(memory, 0, good.length, 2)).isEqualTo(FrameFault.OFFSET);
        assertThat(FrameReader.glance(memory, 0, good.length, 1)).isEqualTo(FrameFault.NONE);
        assertThat(FrameReader.glance(memory, 8, good.length, 1)).isEqualTo(FrameFault.SHORT);
    }

    @Test
    void survivesRandomBytesInEveryField() {
        long seed = Seeds.seed("survivesRandomBytesInEveryField");
        Random random = new Random(seed);
        byte[] good = record(1).key("k").tags("t").build();
        int sound = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (read(bytes) == FrameFault.NONE) {
                sound++;
                key.load(frame);
                key.isTombstone(frame);
                key.tagsCode();
                key.isKey(utf8("k"));
            }
        }
        assertThat(sound).isPositive().isLessThan(100_000);
    }

    @Test
    void aKeyIsTheWholeRawValue() {
        read(record(1)
                .property("KEYSX", "no")
                .property("XKEYS", "no")
                .key("a b")
                .tags("t")
                .build());
        key.load(frame);
        assertThat(key.isKey(utf8("a b"))).isTrue();
        assertThat(key.isKey(utf8("a"))).isFalse();
        KeyHash hash = new KeyHash(1, 2);
        assertThat(key.hashKey(hash)).isTrue();
        long high = hash.high();
        hash.hash(utf8("a b"), 0, 3);
        assertThat(hash.high()).isEqualTo(high);
    }

    @Test
    void aBlankOrMissingKeyIsNone() {
        KeyHash hash = new KeyHash(1, 2);
        read(record(1).tags("t").build());
        key.load(frame);
        assertThat(key.hashKey(hash)).isFalse();
        read(record(1).key(" \t ").build());
        key.load(frame);
        assertThat(key.hashKey(hash)).isFalse();
    }

    @Test
    void theKeyMayComeFromAnotherProperty() {
        read(record(1).key("k").property("account", "4711").build());
        RecordKey account = new RecordKey("account");
        account.load(frame);
        assertThat(account.isKey(utf8("4711"))).isTrue();
    }

    @Test
    void knowsTombstonesByPropertyAndByEmptyBody() {
        read(record(1).key("k").build());
        key.load(frame);
        assertThat(key.isTombstone(frame)).isFalse();
        read(record(1).key("k").tombstone().build());
        key.load(frame);
        assertThat(key.isTombstone(frame)).isTrue();
        read(record(1).key("k").property("COMPACTION_TOMBSTONE", "false").build());
        key.load(frame);
        assertThat(key.isTombstone(frame)).isFalse();
        read(record(1).key("k").body(new byte[0]).build());
        key.load(frame);
        assertThat(key.isTombstone(frame)).isTrue();
    }

    @Test
    void readsTheConditionOfAWrite() {
        assertThat(condition("0")).isZero();
        assertThat(condition("-1")).isEqualTo(-1);
        assertThat(condition("9223372036854775806")).isEqualTo(Long.MAX_VALUE - 1);
        for (String none : List.of("", "-", "1x", " 1", "99999999999999999999", "--1")) {
            assertThat(condition(none)).as("'%s'", none).isEqualTo(RecordKey.UNCONDITIONAL);
        }
        read(record(1).key("k").build());
        key.load(frame);
        assertThat(key.condition()).isEqualTo(RecordKey.UNCONDITIONAL);
    }

    private long condition(String value) {
        read(record(1).key("k").property("COMPACTION_IF_OFFSET", value).build());
        key.load(frame);
        return key.condition();
    }

    @Test
    void hashesTagsAsQueueEntriesDo() {
        for (String tags : new String[] {"TagA", "größer", "日本", ""}) {
            read(record(1).key("k").tags(tags).build());
            key.load(frame);
            assertThat(key.tagsCode()).isEqualTo(tags.hashCode());
        }
        read(record(1).key("k").build());
        key.load(frame);
        assertThat(key.tagsCode()).isZero();
    }
}
