package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.log.QueueTail;
import io.firn.broker.record.SysFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of consume queues, as RocketMQ reads and writes them. */
final class ConsumeQueueFormatTest {

    private static final int FILE_BYTES = Store.UNITS_PER_FILE * QueueUnit.BYTES;

    @TempDir
    Path root;

    @Test
    void writesPositionSizeAndTagHashOfEachMessage() throws IOException {
        try (Store store = Store.open(root)) {
            // 91 bytes of frame, 5 of body, 1 of topic, 10 of properties
            store.put(Message.of("T", 3, "hello", "TAGS=TagA"));
            store.put(Message.of("T", 3, "hello"));
        }
        assertThat(hex(file("T", 3, 0), 0, 40))
                .isEqualTo("0000000000000000" + "0000006b" + "000000000027a807" + "000000000000006b" + "00000061"
                        + "0000000000000000");
    }

    @Test
    void extendsTheSignOfANegativeTagHash() throws IOException {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "x", "TAGS=polygenelubricants2"));
        }
        long tagsCode = "polygenelubricants2".hashCode();
        assertThat(tagsCode).isNegative();
        assertThat(hex(file("T", 0, 0), 12, 20)).isEqualTo(HexFormat.of().toHexDigits(tagsCode));
    }

    @Test
    void givesFilesTheirFullLengthAndNamesThemByTheirFirstByte() throws IOException {
        try (Store store = Store.open(root)) {
            for (int i = 0; i <= Store.UNITS_PER_FILE; i++) {
                store.put(Message.of("T", 0, "m" + i));
            }
        }
        assertThat(Files.size(file("T", 0, 0))).isEqualTo(FILE_BYTES);
        assertThat(Files.size(file("T", 0, Store.UNITS_PER_FILE))).isEqualTo(FILE_BYTES);
        assertThat(hex(file("T", 0, Store.UNITS_PER_FILE), 20, FILE_BYTES)).matches("0+");
    }

    @Test
    void fillsOffsetsBelowTheFirstMessageWithBlanks() throws IOException {
        try (Store store = Store.open(root)) {
            store.append(Message.of("T", 0, "first"), new QueueTail(13));
            store.dispatch();

            assertThat(store.reader.local().minOffset("T", 0)).isEqualTo(13);
            assertThat(store.reader.local().maxOffset("T", 0)).isEqualTo(14);
            assertThat(store.bodies("T", 0, 13)).containsExactly("first");
        }
        assertThat(file("T", 0, 0)).doesNotExist();
        String blank = "0000000000000000" + "7fffffff" + "0000000000000000";
        assertThat(hex(file("T", 0, 10), 0, 60)).isEqualTo(blank.repeat(3));
        assertThat(hex(file("T", 0, 10), 60, 72)).isEqualTo("0000000000000000" + "00000061");
    }

    @Test
    void keepsOffsetsEqualToThoseOfTheRecordsAcrossAGap() {
        try (Store store = Store.open(root)) {
            store.append(Message.of("T", 0, "a"), new QueueTail(0));
            store.append(Message.of("T", 0, "b"), new QueueTail(14));
            store.dispatch();

            assertThat(store.reader.local().maxOffset("T", 0)).isEqualTo(15);
            assertThat(store.reader.local().minOffset("T", 0)).isZero();
            assertThat(Store.records(store.read("T", 0, 0, 10)))
                    .extracting(record -> record.queueOffset() + Store.body(record))
                    .containsExactly("0a", "14b");
        }
    }

    @Test
    void refusesAnOffsetThatCanOnlyBeDamage() {
        try (Store store = Store.open(root)) {
            store.append(Message.of("T", 0, "a"), new QueueTail(0));
            store.append(Message.of("T", 0, "b"), new QueueTail(1_000_000));
            store.append(Message.of("T", 0, "c"), new QueueTail(0));
            store.append(Message.of("T", 0, "d"), new QueueTail(1));
            store.append(Message.of("../../x", 0, "e"), new QueueTail(0));
            store.append(Message.of("T", -1, "f"), new QueueTail(0));
            store.dispatch();

            assertThat(store.bodies("T", 0, 0)).isEqualTo(List.of("a", "d"));
            assertThat(store.queues.topics()).containsExactly("T");
        }
    }

    @Test
    void storesTheDueTimeOfDelayedMessagesAsTagsCode() throws IOException {
        try (Store store = Store.open(root)) {
            store.put(Message.of("SCHEDULE_TOPIC_XXXX", 2, "x", "DELAY=3", "TAGS=a"));
            store.put(Message.of("SCHEDULE_TOPIC_XXXX", 17, "x", "DELAY=99"));
            store.put(Message.of("SCHEDULE_TOPIC_XXXX", 0, "x", "DELAY=no", "TAGS=a"));
            store.put(Message.of("SCHEDULE_TOPIC_XXXX", 0, "x", "DELAY=0", "TAGS=a"));
        }
        long now = 1_700_000_000_000L;
        HexFormat format = HexFormat.of();
        assertThat(hex(file("SCHEDULE_TOPIC_XXXX", 2, 0), 12, 20)).isEqualTo(format.toHexDigits(now + 10_000));
        assertThat(hex(file("SCHEDULE_TOPIC_XXXX", 17, 0), 12, 20)).isEqualTo(format.toHexDigits(now + 7_200_000));
        assertThat(hex(file("SCHEDULE_TOPIC_XXXX", 0, 0), 12, 20)).isEqualTo(format.toHexDigits((long) 'a'));
        assertThat(hex(file("SCHEDULE_TOPIC_XXXX", 0, 0), 32, 40)).isEqualTo(format.toHexDigits((long) 'a'));
    }

    @Test
    void leavesPreparedAndRolledBackMessagesOut() {
        try (Store store = Store.open(root)) {
            store.append(new Message("T", 0, SysFlag.TRANSACTION_PREPARED, new byte[] {'p'}));
            store.append(new Message("T", 0, SysFlag.TRANSACTION_ROLLBACK, new byte[] {'r'}));
            store.append(new Message("T", 0, SysFlag.TRANSACTION_COMMIT, new byte[] {'c'}));
            store.append(Message.of("T", 0, "n"));
            store.dispatch();

            assertThat(store.bodies("T", 0, 0)).containsExactly("c", "n");
        }
    }

    @Test
    void dispatchesRecordsWithLongTopicNames() {
        String topic = "%RETRY%" + "g".repeat(200);
        try (Store store = Store.open(root)) {
            store.put(Message.of(topic, 0, "long"));

            assertThat(store.bodies(topic, 0, 0)).containsExactly("long");
        }
    }

    private Path file(String topic, int queueId, long firstOffset) {
        return root.resolve("consumequeue")
                .resolve(topic)
                .resolve(Integer.toString(queueId))
                .resolve(String.format("%020d", firstOffset * QueueUnit.BYTES));
    }

    private static String hex(Path file, int from, int to) throws IOException {
        return HexFormat.of().formatHex(Arrays.copyOfRange(Files.readAllBytes(file), from, to));
    }
}
