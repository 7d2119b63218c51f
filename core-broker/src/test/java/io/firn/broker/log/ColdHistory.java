package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.TestMessage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Logs whose history is read past the page cache, and what it is compared with. */
final class ColdHistory {

    static final int SEGMENT = 8 << 20;
    static final int CELL = ColdChunk.CELL_BYTES;
    static final int CHUNK = ColdChunk.BYTES;

    final FaultyFiles files = new FaultyFiles();
    private final Path root;

    ColdHistory(Path root) {
        this.root = root;
        files.forgets = true;
    }

    static long seed() {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.println("seed of the history: " + seed + " (-Dfirn.seed=" + seed + ")");
        return seed;
    }

    /** At least so many bytes of records with random bodies, in a log that reads them past the page cache. */
    OpenLog written(Random random, long bytes, int largest, int chunks, String... settings) throws IOException {
        OpenLog open = open(chunks, settings);
        while (open.log.appended().get() < bytes) {
            byte[] body = new byte[1 + random.nextInt(largest)];
            random.nextBytes(body);
            open.append(TestMessage.of("T", 0, body));
        }
        open.awaitFlushed(open.log.appended().get());
        return open;
    }

    /** The log of the directory, with memory for so many chunks; all of it is far from the end, and on the disk only. */
    OpenLog open(int chunks, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "mappedFileSizeCommitLog=" + SEGMENT,
                "firn.log.coldDistance=0",
                "firn.log.coldMemory=" + (long) chunks * CHUNK));
        all.addAll(Arrays.asList(settings));
        return OpenLog.in(root, files, all.toArray(String[]::new));
    }

    /** Position and size of every record. */
    static List<long[]> recordsOf(OpenLog open) {
        List<long[]> records = new ArrayList<>();
        try (LogReader reader = open.log.reader(0)) {
            while (reader.next(open.log.appended().get())) {
                records.add(new long[] {reader.position(), reader.view().totalSize()});
            }
        }
        return records;
    }

    /** Asks for a few bytes, which come out of a chunk. */
    static void touch(OpenLog open, long position) {
        try (LogSlice slice = open.log.load(position, 100, null)) {
            assertThat(slice.hold()).isInstanceOf(ColdChunk.class);
            assertSameAsMapping(open.log, slice, position, 100);
        }
    }

    static boolean isSameAsMapping(CommitLog log, long position, int size) {
        try (LogSlice slice = log.load(position, size, null)) {
            assertSameAsMapping(log, slice, position, size);
            return true;
        }
    }

    static void assertSameAsMapping(CommitLog log, @Nullable LogSlice slice, long position, int size) {
        try (LogSlice mapped = log.slice(position, size)) {
            if (mapped == null) {
                assertThat(slice).isNull();
                return;
            }
            assertThat(slice.position()).isEqualTo(position);
            assertThat(slice.size()).isEqualTo(size);
            assertThat(slice.path()).isEqualTo(mapped.path());
            assertThat(slice.memory().mismatch(mapped.memory()))
                    .as("first different byte of %d at %d", size, position)
                    .isEqualTo(-1);
        }
    }

    static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
