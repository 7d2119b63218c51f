package io.firn.compaction.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.ManualClock;
import io.firn.compaction.Records;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import io.firn.compaction.store.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** What RocketMQ's compaction left, sound and broken. */
final class RocketmqImportTest {

    private static final String FIRST = "00000000000000000000";
    private static final String SECOND = "00000000000000092000";

    @TempDir
    Path store;

    private final ManualClock clock = new ManualClock();
    private RocketmqImport imports;
    private CompactedQueue queue;
    private Path files;

    @BeforeEach
    void open() throws IOException {
        clock.set(2_000_000);
        Tools tools = new Tools(
                new MemoryBudget(1 << 20, 1), new IoBudget(1L << 40, System::nanoTime), clock, PassLimits.NORMAL);
        imports = new RocketmqImport(new NioDisk(), store, tools, NOPLogger.NOP_LOGGER);
        queue = CompactedQueue.open(
                new FaultyDisk(1), Path.of("q"), new QueueName("table", 3, new UUID(0, 0), "KEYS"), new Random(1));
        files = Files.createDirectories(store.resolve("compaction/compactionLog/table/3"));
    }

    @AfterEach
    void close() {
        queue.close();
    }

    private static byte[] record(long offset, String key) {
        return Records.record(offset).at(offset * 7).key(key).build();
    }

    private void file(String name, byte[] end, byte[]... records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] record : records) {
            out.write(record);
        }
        out.write(end);
        Files.write(files.resolve(name), out.toByteArray());
    }

    private static byte[] filler(int bytes) {
        return ByteBuffer.allocate(bytes).putInt(bytes).putInt(0xCBD43194).array();
    }

    private List<Long> live() {
        View view = queue.acquire();
        try {
            List<Long> offsets = new ArrayList<>();
            for (long at = view.firstLive(0); at < view.cleanedTo(); at = view.firstLive(at + 1)) {
                offsets.add(at);
            }
            return offsets;
        } finally {
            view.release();
        }
    }

    @Test
    void recordsTheLogNoLongerHasAreTakenOver() throws IOException {
        file(FIRST, filler(50), record(3, "a"), record(8, "b"), record(9, "c"));
        // dispatched again after a crash, and still written into
        file(SECOND, new byte[100], record(9, "c"), record(20, "b"), record(25, "d"), record(30, "c"));

        imports.into(queue, 25);

        assertThat(live()).as("25 and 30 are still in the log").containsExactly(3L, 9L, 20L);
        assertThat(queue.manifest().cleanedTo()).isEqualTo(25);
        assertThat(queue.manifest().generation()).isEqualTo(1);
        imports.into(queue, 40);
        assertThat(queue.manifest().generation()).as("never a second time").isEqualTo(1);
    }

    @Test
    void nothingIsTakenOverWhenTheLogHasItAllOrThereIsNothing() throws IOException {
        imports.into(queue, 25);
        assertThat(queue.manifest().generation()).isZero();
        file(FIRST, new byte[10], record(3, "a"));
        imports.into(queue, 0);
        imports.into(queue, 3);
        assertThat(queue.manifest().generation()).isZero();
        file(FIRST, new byte[500]);
        imports.into(queue, 25);
        assertThat(queue.manifest().generation()).isZero();
    }

    @Test
    void aDamagedRecordNamesFileAndPlaceAndWhatToDo() throws IOException {
        byte[] bad = record(8, "b");
        bad[4] = 0;
        file(FIRST, new byte[100], record(3, "a"), bad, record(9, "c"));

        assertThatThrownBy(() -> imports.into(queue, 25))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(FIRST)
                .hasMessageContaining("does not start with a record's magic");
        assertThat(queue.manifest().generation()).isZero();
    }

    @Test
    void aDamagedBodyStopsItToo() throws IOException {
        byte[] bad = Records.record(8).key("b").body(new byte[200]).build();
        bad[120] = 1;
        file(FIRST, new byte[100], record(3, "a"), bad);

        assertThatThrownBy(() -> imports.into(queue, 25))
                .hasMessageContaining("cannot be taken over")
                .hasMessageContaining("queue offset 8")
                .hasMessageContaining("move the directory away");
    }

    @Test
    void aReplacementThatWasInterruptedIsRefused() throws IOException {
        file(FIRST, new byte[0], record(3, "a"));
        file(FIRST + ".delete", new byte[0], record(1, "a"));
        assertThatThrownBy(() -> imports.into(queue, 25)).hasMessageContaining("start RocketMQ on this store once");

        Files.delete(files.resolve(FIRST + ".delete"));
        Files.createDirectories(files.resolve("compacting"));
        imports.into(queue, 25);
        assertThat(live()).containsExactly(3L);
    }
}
