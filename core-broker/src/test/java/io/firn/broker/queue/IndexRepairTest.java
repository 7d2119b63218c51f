package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.queue.KeyIndex.KeyType;
import io.firn.broker.queue.KeyIndex.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index file whose pages went to disk at different times, or not at all, before the machine went down. */
final class IndexRepairTest {

    private static final int SLOTS = 10;
    private static final int ENTRIES = 400;
    private static final int SAFE = 30;
    private static final int ALL = 60;
    private static final int ENTRIES_AT = 40 + 4 * SLOTS;
    private static final Range ALWAYS = new Range(0, Long.MAX_VALUE);
    private static final String[] SETTINGS = {"maxHashSlotNum=" + SLOTS, "maxIndexNum=" + ENTRIES};

    @TempDir
    Path root;

    private Path crashed;
    /** The index file as it was when the first {@link #SAFE} records were forced, and at the crash. */
    private byte[] before;

    private byte[] after;

    @BeforeEach
    void crash() throws IOException {
        Path live = root.resolve("live");
        try (Store store = Store.open(live, SETTINGS)) {
            put(store, 0, SAFE);
            store.forcer.forceNow();
            before = Files.readAllBytes(file(live));
            put(store, SAFE, ALL);
            crashed = Store.crashCopy(live, root.resolve("crashed"));
            after = Files.readAllBytes(file(crashed));
        }
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void theHeadIsOlderThanTheSlots() throws IOException {
        System.arraycopy(before, 0, after, 0, 40);
        isFoundAgain(after);
    }

    @Test
    void theSlotsAreOlderThanTheHead() throws IOException {
        System.arraycopy(before, 40, after, 40, 4 * SLOTS);
        isFoundAgain(after);
    }

    @Test
    void theEntriesAreOlderThanHeadAndSlots() throws IOException {
        System.arraycopy(before, ENTRIES_AT, after, ENTRIES_AT, before.length - ENTRIES_AT);
        isFoundAgain(after);
    }

    @Test
    void whatWasWrittenSinceTheLastForceIsGarbage() throws IOException {
        Random random = new Random(7);
        for (int at = 0; at < after.length; at++) {
            if (after[at] != before[at]) {
                after[at] = (byte) random.nextInt();
            }
        }
        isFoundAgain(after);
    }

    @Test
    void whatIsSoundIsLeftAsItIs() throws IOException {
        isFoundAgain(before);
    }

    private void isFoundAgain(byte[] onDisk) throws IOException {
        Files.write(file(crashed), onDisk);
        try (Store store = Store.open(crashed, SETTINGS)) {
            store.dispatch();
            for (int i = 0; i < ALL; i++) {
                assertThat(store.index.query("T", "key" + i, KeyType.KEY, ALWAYS, 10).positions())
                        .as("key" + i)
                        .hasSize(1);
            }
        }
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file(crashed))).getInt(36))
                .as("each once")
                .isEqualTo(1 + ALL);
    }

    private static void put(Store store, int from, int to) {
        for (int i = from; i < to; i++) {
            store.put(Message.of("T", 0, "b" + i, "KEYS=key" + i));
        }
        store.awaitFlushed();
    }

    private static Path file(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("index"))) {
            return files.toList().getFirst();
        }
    }
}
