package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.log.QueueTail;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queues know after a stop, clean or not. */
final class QueueRestartTest {

    @TempDir
    Path root;

    @Test
    void goesOnAfterACleanStop() {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 25);
            put(store, "T", 3, 0, 10);
        }
        assertThat(root.resolve(QueueSnapshot.FILE_NAME)).exists();
        try (Store store = Store.open(root)) {
            assertThat(root.resolve(QueueSnapshot.FILE_NAME)).doesNotExist();
            assertThat(store.queues.mappedFiles()).isZero();
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(25);
            assertThat(store.queues.tail("T", 3).next()).isEqualTo(10);
            assertThat(store.queues.tail("T", 1).next()).isZero();
            put(store, "T", 0, 25, 30);
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 30));
            assertThat(store.bodies("T", 3, 0)).isEqualTo(numbers(0, 10));
        }
    }

    @Test
    void looksAtTheFilesWhenThereIsNoSnapshot() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 25);
            put(store, "T", 1, 0, 20);
            put(store, "U", 0, 0, 1);
        }
        Files.delete(root.resolve(QueueSnapshot.FILE_NAME));
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(25);
            assertThat(store.queues.tail("T", 1).next()).isEqualTo(20);
            assertThat(store.queues.tail("U", 0).next()).isEqualTo(1);
            assertThat(store.bodies("T", 1, 15)).isEqualTo(numbers(15, 20));
        }
    }

    @Test
    void doesNotBelieveADamagedSnapshot() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
        }
        Path snapshot = root.resolve(QueueSnapshot.FILE_NAME);
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length - 10] ^= 1;
        Files.write(snapshot, bytes);
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(5);
        }
    }

    @Test
    void doesNotBelieveASnapshotOfAnotherTime() throws IOException {
        Path snapshot = root.resolve(QueueSnapshot.FILE_NAME);
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
        }
        byte[] early = Files.readAllBytes(snapshot);
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 5, 9);
        }
        Files.write(snapshot, early);
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(9);
        }
    }

    @Test
    void doesNotBelieveASnapshotThatKnowsFewerQueues() throws IOException {
        Path snapshot = root.resolve(QueueSnapshot.FILE_NAME);
        QueueSnapshot.Content content;
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
            put(store, "U", 0, 0, 5);
        }
        content = java.util.Objects.requireNonNull(QueueSnapshot.take(root));
        QueueSnapshot.write(
                root,
                new QueueSnapshot.Content(
                        content.fileBytes(),
                        content.position(),
                        content.forced(),
                        content.bootId(),
                        content.entries().subList(0, 1)));
        assertThat(snapshot).exists();
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(5);
            assertThat(store.queues.tail("U", 0).next()).isEqualTo(5);
        }
    }

    @Test
    void buildsAllQueuesAgainWhenTheirDirectoryIsGone() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 25);
            put(store, "U", 1, 0, 3);
        }
        deleteRecursively(root.resolve("consumequeue"));
        try (Store store = Store.open(root)) {
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 25));
            assertThat(store.bodies("U", 1, 0)).isEqualTo(numbers(0, 3));
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(25);
        }
    }

    @Test
    void dispatchesAgainAfterACrashWhatWasNotForced() throws IOException {
        Path copy;
        try (Store store = Store.open(root.resolve("a"))) {
            put(store, "T", 0, 0, 12);
            store.forcer.forceNow();
            put(store, "T", 0, 12, 27);
            put(store, "U", 2, 0, 4);
            copy = Store.crashCopy(root.resolve("a"), root.resolve("b"));
        }
        // a write-back that only got the later page: a hole, and entries behind it
        Path file = copy.resolve("consumequeue/T/0/00000000000000000200");
        writeZeros(file, 40, 60);
        try (Store store = Store.open(copy)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(27);
            assertThat(store.queues.tail("U", 2).next()).isEqualTo(4);
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 27));
            assertThat(store.bodies("U", 2, 0)).isEqualTo(numbers(0, 4));
        }
    }

    @Test
    void dropsEntriesOfRecordsThatTheCrashTook() throws IOException {
        Path copy;
        long kept;
        try (Store store = Store.open(root.resolve("a"))) {
            put(store, "T", 0, 0, 8);
            kept = store.log.appended().get();
            put(store, "T", 0, 8, 25);
            put(store, "U", 0, 0, 3);
            copy = Store.crashCopy(root.resolve("a"), root.resolve("b"));
        }
        writeZeros(copy.resolve("commitlog/00000000000000000000"), kept, 65_536 - kept);
        Files.delete(copy.resolve("checkpoint"));
        try (Store store = Store.open(copy)) {
            assertThat(store.log.appended().get()).isEqualTo(kept);
            assertThat(store.reader.local().maxOffset("T", 0)).isEqualTo(8);
            assertThat(store.reader.local().maxOffset("U", 0)).isZero();
            assertThat(copy.resolve("consumequeue/T/0/00000000000000000200")).doesNotExist();
            List<String> expected = numbers(0, 8);
            for (int i = 0; i < 20; i++) {
                store.put(Message.of("T", 0, "new" + i));
                expected.add("new" + i);
            }
            store.put(Message.of("U", 0, "u"));
            assertThat(store.bodies("T", 0, 0)).isEqualTo(expected);
            assertThat(store.bodies("U", 0, 0)).containsExactly("u");
        }
    }

    @Test
    void namesAFileOfTheWrongLength() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
        }
        assertThatThrownBy(() -> Store.open(root, "mappedFileSizeConsumeQueue=400"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("consumequeue")
                .hasMessageContaining("200 bytes, not 400")
                .hasMessageContaining("mappedFileSizeConsumeQueue");
        // the snapshot is gone now: the files themselves are looked at
        assertThatThrownBy(() -> Store.open(root, "mappedFileSizeConsumeQueue=400"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("00000000000000000000 has 200 bytes, not 400");
    }

    @Test
    void namesStrayFiles() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
        }
        Path stray = Files.createFile(root.resolve("consumequeue/T/0/.DS_Store"));
        Files.deleteIfExists(root.resolve(QueueSnapshot.FILE_NAME));
        assertThatThrownBy(() -> Store.open(root)).hasMessageContaining(stray + " is no consume-queue file");
        Files.delete(stray);
        Path notAnId = Files.createDirectory(root.resolve("consumequeue/T/x1"));
        assertThatThrownBy(() -> Store.open(root)).hasMessageContaining(notAnId + " is no directory of a queue");
        Files.delete(notAnId);
        Files.createFile(root.resolve("consumequeue/CURRENT"));
        assertThatThrownBy(() -> Store.open(root)).hasMessageContaining("RocksDB");
        Files.delete(root.resolve("consumequeue/CURRENT"));
        Files.createFile(root.resolve("consumequeue/notes.txt"));
        try (Store store = Store.open(root)) {
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 5));
        }
    }

    @Test
    void namesAMissingFileInTheMiddle() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 35);
        }
        Files.delete(root.resolve("consumequeue/T/0/00000000000000000200"));
        Files.delete(root.resolve(QueueSnapshot.FILE_NAME));
        assertThatThrownBy(() -> Store.open(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has no file between 00000000000000000000 and 00000000000000000400");
    }

    @Test
    void deletesATopicForGood() throws IOException {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 25);
            put(store, "U", 0, 0, 2);
            store.append(Message.of("T", 0, "not dispatched yet"));
            store.queues.deleteTopic("T", store.log.writer()::retire);
            store.dispatch();

            assertThat(root.resolve("consumequeue/T")).doesNotExist();
            assertThat(root.resolve(QueueTrash.DIRECTORY_NAME)).doesNotExist();
            assertThat(store.queues.topics()).containsExactly("U");
            assertThat(store.read("T", 0, 0, 1)).isEqualTo(new ReadOutcome.NoQueue());
            assertThat(store.queues.tail("T", 0).next()).isZero();
            put(store, "T", 0, 0, 3);
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 3));
        }
        try (Store store = Store.open(root)) {
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 3));
        }
    }

    @Test
    void refusesASenderThatStillHoldsAQueueOfADeletedTopic() {
        try (Store store = Store.open(root)) {
            put(store, "T", 0, 0, 5);
            QueueTail old = store.queues.tail("T", 0);
            store.queues.deleteTopic("T", store.log.writer()::retire);

            assertThatThrownBy(() -> store.append(Message.of("T", 0, "late"), old))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("being deleted");
            put(store, "T", 0, 0, 2);
            assertThat(store.bodies("T", 0, 0)).isEqualTo(numbers(0, 2));
        }
    }

    @Test
    void deletesExpiredFilesButNeverTheLast() {
        String large = "x".repeat(6_000);
        try (Store store = Store.open(root)) {
            for (int i = 0; i < 65; i++) {
                store.append(Message.of("T", 0, large));
            }
            store.append(Message.of("U", 0, "u"));
            for (int i = 0; i < 11; i++) {
                store.append(Message.of("V", 0, large));
            }
            store.dispatch();
            store.awaitFlushed();
            while (store.log.dropOldest()) {
                assertThat(store.log.minPosition()).isPositive();
            }
            assertThat(store.queues.deleteBelow(store.log.minPosition())).isEqualTo(6);
            assertThat(store.queues.deleteBelow(store.log.minPosition())).isZero();
            assertThat(root.resolve("consumequeue/T/0").toFile().list()).containsExactly("00000000000000001200");
            assertThat(root.resolve("consumequeue/U/0").toFile().list()).containsExactly("00000000000000000000");
            assertThat(store.reader.local().minOffset("T", 0))
                    .isEqualTo(store.reader.local().maxOffset("T", 0));
        }
        try (Store store = Store.open(root)) {
            assertThat(store.queues.tail("T", 0).next()).isEqualTo(65);
            store.put(Message.of("T", 0, "next"));
            assertThat(store.bodies("T", 0, 65)).containsExactly("next");
        }
    }

    private static void put(Store store, String topic, int queueId, int from, int to) {
        for (int i = from; i < to; i++) {
            store.append(Message.of(topic, queueId, Integer.toString(i)));
        }
        store.dispatch();
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    private static void writeZeros(Path file, long from, long count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) count), from);
        }
    }

    private static void deleteRecursively(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
