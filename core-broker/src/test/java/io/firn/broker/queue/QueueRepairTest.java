package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the files of a queue: no message the log has is passed over, and no offset is given twice. */
final class QueueRepairTest {

    private static final int MESSAGES = 35;

    @TempDir
    Path root;

    /** Position and size of the damaged entries; 0 as position stands for what was there. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-1, -1",
        "-4611686018427387904, 100",
        "0, 2147483647",
        "1, 2147483647",
        "1, 100",
        "4611686018427387904, 100",
        "0, 2147483640"
    })
    void writesEntriesAgainThatWereDamagedAfterACleanStop(long position, int size) throws IOException {
        try (Store store = Store.open(root)) {
            // the very first entry of a store may look like one that stands before a queue's first message
            store.put(Message.of("U", 0, "first"));
        }
        fill(root);
        for (int first = 0; first < MESSAGES - 1; first++) {
            damage(root, first, position, size);
            damage(root, first + 1, position, size);
            try (Store store = Store.open(root)) {
                assertThat(store.reader.local().minOffset("T", 0)).isZero();
                assertThat(store.readAll("T", 0)).as("damage at %s", first).isEqualTo(numbers(0, MESSAGES));
            }
        }
    }

    @Test
    void tellsAReaderWhoIsFasterThanTheRepair() throws IOException {
        fill(root);
        damage(root, 5, -1, 0);
        damage(root, 6, -1, 0);
        try (Store store = Store.open(root)) {
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 5));
            assertThatThrownBy(() -> store.bodies("T", 0, 5))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("T-0 has no entry at offset 5")
                    .hasMessageContaining("written again from the log");
            assertThatThrownBy(() -> store.reader.local().storeTimeAt("T", 0, 6))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("T-0 has no entry at offset 6");
            assertThat(store.bodies("T", 0, 7)).isEqualTo(numbers(7, MESSAGES));

            store.dispatcher.repairs().repairSome();

            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, MESSAGES));
            assertThat(store.reader.local().storeTimeAt("T", 0, 6)).isEqualTo(store.clock.millis());
        }
    }

    @Test
    void noticesTheEntriesOfAnotherQueue() throws IOException {
        fill(root);
        String first = "00000000000000000000";
        Files.write(
                file(root, first),
                Files.readAllBytes(root.resolve("consumequeue/U/0").resolve(first)));
        try (Store store = Store.open(root)) {
            assertThat(store.readAll("T", 0)).isEqualTo(numbers(0, MESSAGES));
            assertThat(store.bodies("U", 0, 0)).hasSize(MESSAGES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void makesAFileAgainThatIsGone(int number) throws IOException {
        fill(root);
        Files.delete(file(root, String.format(java.util.Locale.ROOT, "%020d", number * 200)));
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(MESSAGES);
            store.put(Message.of("T", 0, Integer.toString(MESSAGES)));
            assertThat(store.readAll("T", 0)).isEqualTo(numbers(0, MESSAGES + 1));
        }
        try (Store store = Store.open(root)) {
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, MESSAGES + 1));
        }
    }

    @Test
    void makesAQueueAgainWhoseDirectoryIsGone() throws IOException {
        fill(root);
        deleteRecursively(root.resolve("consumequeue/T"));
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(MESSAGES);
            assertThat(store.readAll("T", 0)).isEqualTo(numbers(0, MESSAGES));
        }
    }

    @Test
    void givesAQueueTheRecordsOfItsLastLifeOnly() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", MESSAGES);
            store.queues.deleteTopic("T", store.log.writer()::retire);
            for (int i = 0; i < 12; i++) {
                store.put(Message.of("T", 0, "new" + i));
            }
        }
        deleteRecursively(root.resolve("consumequeue/T"));
        Files.createDirectories(root.resolve("consumequeue/T/0"));
        try (Store store = Store.open(root)) {
            assertThat(store.readAll("T", 0)).hasSize(12).allMatch(body -> body.startsWith("new"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, -1", "4611686018427387904, 100", "1, 100", "0, 2147483640"})
    void findsTheEndAfterACrashWhateverEntryIsDamaged(long position, int size) throws IOException {
        Path crashed = root.resolve("crashed");
        try (Store store = Store.open(root.resolve("live"))) {
            put(store, "T", MESSAGES);
            put(store, "U", 3);
            store.forcer.forceNow();
            Store.crashCopy(root.resolve("live"), crashed);
        }
        // nothing but zeros at the very end looks as if it had never been written
        int last = position == 0 && size == 0 ? MESSAGES - 1 : MESSAGES;
        for (int offset = 30; offset < last; offset++) {
            Path copy = Store.crashCopy(crashed, root.resolve("copy" + offset));
            damage(copy, offset, position, size);
            try (Store store = Store.open(copy)) {
                assertThat(store.queues.tail("T", 0).next())
                        .as("damage at %s", offset)
                        .isEqualTo(MESSAGES);
                store.put(Message.of("T", 0, Integer.toString(MESSAGES)));
                assertThat(store.readAll("T", 0)).isEqualTo(numbers(0, MESSAGES + 1));
            }
        }
    }

    @Test
    void fillsAHoleThatOnlyALaterMessageShows() throws IOException {
        Path crashed = root.resolve("crashed");
        try (Store store = Store.open(root.resolve("live"))) {
            put(store, "T", 34);
            store.forcer.forceNow();
            store.put(Message.of("T", 0, "34"));
            Store.crashCopy(root.resolve("live"), crashed);
        }
        damage(crashed, 32, 0, 0);
        damage(crashed, 33, 0, 0);
        damage(crashed, 34, 0, 0);
        try (Store store = Store.open(crashed)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(35);
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 35));
        }
    }

    @Test
    void findsTheFirstMessageLeftWhateverEntryIsDamaged() throws IOException {
        String large = "x".repeat(6_000);
        int total = 65;
        try (Store store = Store.open(root)) {
            for (int i = 0; i < total; i++) {
                store.put(Message.of("T", 0, large));
            }
            store.awaitFlushed();
            assertThat(store.log.dropOldest()).isTrue();
            assertThat(store.log.dropOldest()).isTrue();
        }
        long min;
        try (Store store = Store.open(root)) {
            min = store.reader.local().minOffset("T", 0);
        }
        assertThat(min).isBetween(10L, 40L);
        for (long offset = 0; offset < total - 1; offset++) {
            for (long position : new long[] {-1, 1, 4L << 60}) {
                byte[] sound = Files.readAllBytes(fileOf(root, offset));
                damage(root, offset, position, 100);
                try (Store store = Store.open(root)) {
                    assertThat(store.reader.local().minOffset("T", 0))
                            .as("%s at %s", position, offset)
                            .isLessThanOrEqualTo(min);
                    assertThat(store.readAll("T", 0))
                            .as("%s at %s", position, offset)
                            .hasSize((int) (total - min));
                }
                Files.write(fileOf(root, offset), sound);
            }
        }
    }

    @Test
    void leavesEntriesAloneWhoseRecordsTheLogCanNotShow() throws IOException {
        long damagedRecord;
        try (Store store = Store.open(root)) {
            put(store, "T", 6);
            damagedRecord = store.put(Message.of("T", 0, "6"));
            put(store, "T", 7, MESSAGES);
        }
        overwrite(root.resolve("commitlog/00000000000000000000"), damagedRecord + 4, new byte[4]);
        damage(root, 6, -1, 0);
        try (Store store = Store.open(root)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> store.bodies("T", 0, 6)).isInstanceOf(StorageException.class);
                store.dispatcher.repairs().repairSome();
            }
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 6));
            assertThat(store.bodies("T", 0, 7)).isEqualTo(numbers(7, MESSAGES));
        }
    }

    private static void fill(Path root) {
        try (Store store = Store.open(root)) {
            for (int i = 0; i < MESSAGES; i++) {
                store.append(Message.of("T", 0, Integer.toString(i)));
                store.append(Message.of("U", 0, "u" + i));
            }
            store.dispatch();
        }
    }

    private static void put(Store store, String topic, int count) {
        put(store, topic, 0, count);
    }

    private static void put(Store store, String topic, int from, int to) {
        for (int i = from; i < to; i++) {
            store.append(Message.of(topic, 0, Integer.toString(i)));
        }
        store.dispatch();
    }

    private static List<String> numbers(int from, int to) {
        return Stream.iterate(from, i -> i + 1)
                .limit(to - from)
                .map(i -> Integer.toString(i))
                .toList();
    }

    private static Path file(Path root, String name) {
        return root.resolve("consumequeue/T/0").resolve(name);
    }

    private static Path fileOf(Path root, long offset) {
        long start = offset - offset % Store.UNITS_PER_FILE;
        return file(root, String.format(java.util.Locale.ROOT, "%020d", start * QueueUnit.BYTES));
    }

    /** Overwrites position, unless it is 0 and the size is not, and size of an entry. */
    private static void damage(Path root, long offset, long position, int size) throws IOException {
        long at = offset % Store.UNITS_PER_FILE * QueueUnit.BYTES;
        if (position != 0 || size == 0) {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(position).array();
            overwrite(fileOf(root, offset), at, bytes);
        }
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(size).array();
        overwrite(fileOf(root, offset), at + Long.BYTES, bytes);
    }

    private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(bytes), at)).isEqualTo(bytes.length);
        }
    }

    private static void deleteRecursively(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
