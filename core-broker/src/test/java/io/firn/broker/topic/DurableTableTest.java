package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.body.DataVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One write of the file serves every change that waits for it, and nobody is answered before it. */
final class DurableTableTest {

    @TempDir
    Path directory;

    private TestHome home;
    private CountedFile file;
    private DurableTable<String> table;

    @BeforeEach
    void open() {
        home = new TestHome(directory);
        file = new CountedFile(directory.resolve("table.txt"));
        table = new DurableTable<>(file, home.config(), Map.of(), DataVersion.first(0));
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void writesTheFileOnceForAllChangesThatCameMeanwhile() {
        CountDownLatch disk = new CountDownLatch(1);
        home.housekeeper().execute(() -> await(disk));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            answers.add(put("name" + i, "value" + i));
        }
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(table.all()).isEmpty();

        disk.countDown();
        answers.forEach(CompletableFuture::join);
        home.settle();

        assertThat(file.writes).isEqualTo(1);
        assertThat(table.all()).hasSize(10_000);
        assertThat(table.version().counter()).isEqualTo(10_000);
    }

    @Test
    void answersEachChangeOfOneWriteFromItsOwnPlaceInTheLine() throws IOException {
        CountDownLatch disk = new CountDownLatch(1);
        home.housekeeper().execute(() -> await(disk));
        CompletableFuture<String> first = put("name", "a");
        CompletableFuture<String> second = put("name", "b");
        CompletableFuture<String> same = put("name", "b");
        disk.countDown();

        assertThat(first.join()).isEqualTo("null to a");
        assertThat(second.join()).isEqualTo("a to b");
        assertThat(same.join()).isEqualTo("b to b");
        assertThat(file.writes).isEqualTo(1);
        assertThat(Files.readString(file.path())).isEqualTo("{name=b}");
    }

    @Test
    void answersOnlyWhenTheFileHasTheChange() {
        for (int i = 0; i < 20; i++) {
            String name = "name" + i;
            String onDisk =
                    put(name, "x").thenApply(answer -> read(file.path())).join();
            assertThat(onDisk).contains(name + "=x");
        }
        assertThat(file.writes).as("nobody waited with anybody").isEqualTo(20);
    }

    @Test
    void writesNothingForAChangeThatChangesNothing() {
        put("name", "a").join();
        put("name", "a").join();
        assertThat(file.writes).isEqualTo(1);
    }

    @Test
    void failsEveryChangeOfAWriteThatFails() throws IOException {
        Path obstacle = Files.createDirectories(directory.resolve("table.txt.tmp"));
        CountDownLatch disk = new CountDownLatch(1);
        home.housekeeper().execute(() -> await(disk));
        List<CompletableFuture<String>> answers = List.of(put("a", "1"), put("b", "2"));
        disk.countDown();
        assertThat(answers)
                .allSatisfy(answer -> assertThatThrownBy(answer::join).hasCauseInstanceOf(StorageException.class));
        assertThat(table.all()).isEmpty();
        Files.delete(obstacle);
        assertThat(put("a", "1").join()).isEqualTo("null to 1");
    }

    private CompletableFuture<String> put(String name, String value) {
        return table.change(name, current -> value, change -> change.before() + " to " + change.after());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Owner of the count: the housekeeper; read when it is idle. */
    private static final class CountedFile implements TableFile<String> {

        private final Path path;
        private volatile int writes;

        CountedFile(Path path) {
            this.path = path;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        public byte[] encode(Map<String, String> entries, DataVersion version) {
            writes++;
            return new TreeMap<>(entries).toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
