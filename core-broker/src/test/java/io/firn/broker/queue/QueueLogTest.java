package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.queue.ReadOutcome.Side;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading one queue. */
final class QueueLogTest {

    @TempDir
    Path root;

    private Store store;

    @BeforeEach
    void open() {
        store = Store.open(root);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void knowsNoQueueThatNobodyWroteToAndMakesNone() {
        assertThat(store.read("T", 0, 0, 1)).isEqualTo(new ReadOutcome.NoQueue());
        assertThat(store.reader.local().minOffset("T", 0)).isZero();
        assertThat(store.reader.local().maxOffset("T", 0)).isZero();
        assertThat(store.reader.local().offsetByTime("T", 0, 5, Boundary.UPPER)).isZero();
        assertThat(store.reader.local().storeTimeAt("T", 0, 0)).isEqualTo(-1);
        assertThat(store.queues.find("T", 0)).isNull();
        assertThat(store.queues.ofTopic("T")).isEmpty();
        assertThat(root.resolve("consumequeue")).doesNotExist();
    }

    @Test
    void tellsAQueueWithoutMessagesFromNoQueue() {
        assertThat(store.queues.tail("T", 0).next()).isZero();

        assertThat(store.read("T", 0, 5, 1)).isEqualTo(new ReadOutcome.Empty());
        assertThat(store.read("T", 1, 5, 1)).isEqualTo(new ReadOutcome.NoQueue());
        assertThat(root.resolve("consumequeue")).doesNotExist();
    }

    @Test
    void saysWhereAnOffsetLiesThatHasNoMessage() {
        putNumbered(3);
        assertThat(store.read("T", 0, 3, 1)).isEqualTo(new ReadOutcome.AtEnd(3, 0, 3));
        assertThat(store.read("T", 0, 4, 1)).isEqualTo(new ReadOutcome.OutOfRange(3, Side.TOO_LARGE, 0, 3));
        assertThat(store.read("T", 0, -1, 1)).isEqualTo(new ReadOutcome.OutOfRange(0, Side.TOO_SMALL, 0, 3));
    }

    @Test
    void readsAcrossFilesUpToTheMessagesAskedFor() {
        putNumbered(35);

        ReadOutcome outcome = store.read("T", 0, 8, 15);

        assertThat(outcome).isInstanceOfSatisfying(ReadOutcome.Found.class, found -> {
            assertThat(found.nextOffset()).isEqualTo(23);
            assertThat(found.slices().count()).isEqualTo(15);
        });
        assertThat(Store.bodies(outcome)).isEqualTo(numbered(8, 23));
    }

    @Test
    void mergesNeighboursInTheLogIntoOneSlice() {
        putNumbered(5);
        store.put(Message.of("U", 0, "between"));
        store.put(Message.of("T", 0, "5"));
        try (RecordSlices slices = found(store.read("T", 0, 0, 100)).slices()) {
            assertThat(slices.sliceCount()).isEqualTo(2);
            assertThat(slices.count()).isEqualTo(6);
            assertThat(slices.slice(0).remaining() + slices.slice(1).remaining())
                    .isEqualTo(slices.bytes());
            assertThat(position(slices.slice(1)))
                    .isGreaterThan(position(slices.slice(0)) + slices.slice(0).remaining());
        }
    }

    @Test
    void neverMergesAcrossTheEndOfALogSegment() {
        String large = "x".repeat(20_000);
        for (int i = 0; i < 10; i++) {
            store.append(Message.of("T", 0, large));
        }
        store.dispatch();
        try (RecordSlices slices = found(store.read("T", 0, 0, 100)).slices()) {
            assertThat(slices.count()).isEqualTo(10);
            assertThat(slices.sliceCount()).isEqualTo(4);
        }
    }

    @Test
    void stopsAtTheBytesAskedForButGivesTheFirstMessageAnyway() {
        putNumbered(5);
        int size = 91 + 1 + 1;

        assertThat(readBytes(0)).hasSize(1);
        assertThat(readBytes(size)).hasSize(1);
        assertThat(readBytes(2 * size - 1)).hasSize(1);
        assertThat(readBytes(2 * size)).hasSize(2);
        assertThat(readBytes(Integer.MAX_VALUE)).hasSize(5);
    }

    private List<String> readBytes(int maxBytes) {
        return Store.bodies(store.reader.read(new ReadRequest("T", 0, 0, 100, maxBytes, RecordFilter.ALL)));
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 1", "0, 8, 9999999", "0, 8, -3", "8, 4, 1", "8, 4, 100000", "8, 4, 2147483640", "0, 8, 95"})
    void givesWhatStandsBeforeADamagedEntryAndNamesIt(int field, int bytes, long value) throws IOException {
        putNumbered(10);
        Path file = root.resolve("consumequeue/T/0/00000000000000000000");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer damage = ByteBuffer.allocate(Long.BYTES).putLong(0, value);
            assertThat(channel.write(damage.position(Long.BYTES - bytes), 4 * QueueUnit.BYTES + field))
                    .isEqualTo(bytes);
        }

        ReadOutcome before = store.read("T", 0, 0, 100);
        assertThat(found(before).nextOffset()).isEqualTo(4);
        assertThat(Store.bodies(before)).isEqualTo(numbered(0, 4));
        assertThatThrownBy(() -> store.read("T", 0, 4, 100))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("T-0")
                .hasMessageContaining("offset 4");
        assertThat(Store.bodies(store.read("T", 0, 5, 100))).isEqualTo(numbered(5, 10));
    }

    @Test
    void skipsEntriesOfOtherTags() {
        for (int i = 0; i < 30; i++) {
            store.append(Message.of("T", 0, Integer.toString(i), i % 3 == 0 ? "TAGS=a" : "TAGS=b"));
        }
        store.dispatch();

        ReadOutcome outcome = store.read("T", 0, 1, 4, new TagIs("a"));

        assertThat(found(outcome).nextOffset()).isEqualTo(13);
        assertThat(Store.bodies(outcome)).containsExactly("3", "6", "9", "12");
        assertThat(store.read("T", 0, 28, 4, new TagIs("a"))).isEqualTo(new ReadOutcome.Filtered(30, 0, 30));
    }

    @Test
    void looksForTheTagsInTheRecordWhenTheEntryHasAnExtendedAddressInstead() throws IOException {
        store.put(Message.of("T", 0, "a", "TAGS=a"));
        store.put(Message.of("T", 0, "b", "TAGS=b"));
        Path file = root.resolve("consumequeue/T/0/00000000000000000000");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int unit = 0; unit < 2; unit++) {
                ByteBuffer address = ByteBuffer.allocate(Long.BYTES).putLong(0, Long.MIN_VALUE + 20);
                assertThat(channel.write(address, unit * QueueUnit.BYTES + 12)).isEqualTo(Long.BYTES);
            }
        }
        assertThat(Store.bodies(store.read("T", 0, 0, 10, new TagIs("b")))).containsExactly("b");
    }

    @Test
    void asksTheFilterForTheRecordOnlyWhenItNeedsIt() {
        for (int i = 0; i < 20; i++) {
            store.append(Message.of("T", 0, Integer.toString(i), "TAGS=a", "n=" + i % 4));
        }
        store.dispatch();
        PropertyIs filter = new PropertyIs("n", "2");

        assertThat(Store.bodies(store.read("T", 0, 0, 3, filter))).containsExactly("2", "6", "10");
        assertThat(filter.asked).isEqualTo(11);
    }

    @Test
    void comesBackAfterLookingAtManyEntriesInVain(@TempDir Path other) {
        store.close();
        store = Store.open(other, "mappedFileSizeConsumeQueue=100000");
        int entries = 8_001;
        for (int i = 0; i < entries; i++) {
            store.append(Message.of("T", 0, ""));
        }
        store.dispatch();

        assertThat(store.read("T", 0, 0, 10, new TagIs("a"))).isEqualTo(new ReadOutcome.Filtered(8_000, 0, entries));
        assertThat(store.read("T", 0, 0, 10, new PropertyIs("n", "1")))
                .isEqualTo(new ReadOutcome.Filtered(800, 0, entries));
    }

    @Test
    void findsOffsetsByStoreTimeAsTheProtocolSays() {
        long start = store.clock.millis();
        for (int i = 0; i < 25; i++) {
            // times 0 0 10 10 20 20 ...
            if (i > 0 && i % 2 == 0) {
                store.clock.advance(Duration.ofMillis(10));
            }
            store.put(Message.of("T", 0, Integer.toString(i)));
        }
        assertThat(byTime(start - 1, Boundary.LOWER)).isZero();
        assertThat(byTime(start, Boundary.LOWER)).isZero();
        assertThat(byTime(start + 1, Boundary.LOWER)).isEqualTo(2);
        assertThat(byTime(start + 50, Boundary.LOWER)).isEqualTo(10);
        assertThat(byTime(start + 120, Boundary.LOWER)).isEqualTo(24);
        assertThat(byTime(start + 121, Boundary.LOWER)).isEqualTo(25);
        assertThat(byTime(Long.MAX_VALUE, Boundary.LOWER)).isEqualTo(25);

        assertThat(byTime(start - 1, Boundary.UPPER)).isZero();
        assertThat(byTime(start, Boundary.UPPER)).isEqualTo(1);
        assertThat(byTime(start + 9, Boundary.UPPER)).isEqualTo(1);
        assertThat(byTime(start + 50, Boundary.UPPER)).isEqualTo(11);
        assertThat(byTime(start + 120, Boundary.UPPER)).isEqualTo(24);
        assertThat(byTime(Long.MAX_VALUE, Boundary.UPPER)).isEqualTo(24);

        assertThat(store.reader.local().storeTimeAt("T", 0, 5)).isEqualTo(start + 20);
        assertThat(store.reader.local().storeTimeAt("T", 0, 25)).isEqualTo(-1);
        assertThat(store.reader.local().storeTimeAt("T", 0, -1)).isEqualTo(-1);
    }

    private long byTime(long timeMs, Boundary boundary) {
        return store.reader.local().offsetByTime("T", 0, timeMs, boundary);
    }

    @Test
    void movesTheMinOffsetWithTheStartOfTheLogAndKeepsTheNumberLine() {
        String large = "x".repeat(20_000);
        for (int i = 0; i < 30; i++) {
            store.append(Message.of("T", 0, large));
            store.append(Message.of("U", 0, "u"));
        }
        for (int i = 0; i < 10; i++) {
            store.append(Message.of("V", 0, large));
        }
        store.dispatch();
        store.awaitFlushed();
        assertThat(store.log.dropOldest()).isTrue();

        assertThat(store.reader.local().minOffset("T", 0)).isEqualTo(3);
        assertThat(store.read("T", 0, 2, 1)).isEqualTo(new ReadOutcome.OutOfRange(3, Side.TOO_SMALL, 3, 30));
        assertThat(found(store.read("T", 0, 3, 1)).slices().count()).isEqualTo(1);
        assertThat(store.reader.local().offsetByTime("T", 0, 0, Boundary.LOWER)).isEqualTo(3);

        while (store.log.dropOldest()) {
            assertThat(store.log.minPosition()).isPositive();
        }
        assertThat(store.reader.local().minOffset("U", 0)).isEqualTo(30);
        assertThat(store.reader.local().maxOffset("U", 0)).isEqualTo(30);
        assertThat(store.read("U", 0, 30, 1)).isEqualTo(new ReadOutcome.AtEnd(30, 30, 30));
        store.put(Message.of("U", 0, "later"));
        assertThat(store.bodies("U", 0, 30)).containsExactly("later");
    }

    private void putNumbered(int count) {
        for (int i = 0; i < count; i++) {
            store.append(Message.of("T", 0, Integer.toString(i)));
        }
        store.dispatch();
    }

    private static List<String> numbered(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    private static ReadOutcome.Found found(ReadOutcome outcome) {
        assertThat(outcome).isInstanceOf(ReadOutcome.Found.class);
        return (ReadOutcome.Found) outcome;
    }

    /** Matches one tag's hash. */
    private record TagIs(String tag) implements RecordFilter {
        @Override
        public boolean matches(long tagsCode) {
            return tagsCode == tag.hashCode();
        }

        @Override
        public boolean needsRecord() {
            return false;
        }

        @Override
        public boolean matches(RecordView record) {
            throw new AssertionError("not asked for");
        }
    }

    /** Looks into records. */
    private static final class PropertyIs implements RecordFilter {
        private final String name;
        private final String value;
        private int asked;

        PropertyIs(String name, String value) {
            this.name = name;
            this.value = value;
        }

        @Override
        public boolean matches(long tagsCode) {
            return true;
        }

        @Override
        public boolean needsRecord() {
            return true;
        }

        @Override
        public boolean matches(RecordView record) {
            asked++;
            return value.equals(record.property(name));
        }
    }

    private static long position(ByteBuffer records) {
        MemorySegment memory = MemorySegment.ofBuffer(records);
        return new RecordView().wrap(memory, 0, memory.byteSize()).physicalOffset();
    }
}
