package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.store.FrameFilter;
import io.firn.compaction.store.ReadLimits;
import io.firn.compaction.store.ReadOutcome;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers on real, mapped files while a thousand generations come and go under them. */
final class RacingReadersTest {

    private static final int GENERATIONS = 1000;
    private static final int READERS = 3;
    private static final int KEYS = 20;

    @TempDir
    Path directory;

    @Test
    void readersNeverSeeAGapThatShouldNotBeThereNorUnmappedMemory()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Bench bench = new Bench(new NioDisk(), directory);
        bench.policy = Bench.policy(Duration.ofMinutes(3), Duration.ofMinutes(5));
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(READERS)) {
            List<Future<Long>> readers = new ArrayList<>();
            fill(bench);
            for (int i = 0; i < READERS; i++) {
                readers.add(pool.submit(() -> readUntil(bench, done)));
            }
            while (bench.queue.manifest().generation() < GENERATIONS
                    && readers.stream().noneMatch(Future::isDone)) {
                fill(bench);
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get(120, TimeUnit.SECONDS)).isPositive();
            }
        }
        bench.queue.sweep();
        int segments = bench.queue.manifest().segments().size();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.count()).as("files of generations gone").isLessThan(4L * 2 * segments + 4);
        }
        bench.close();
    }

    private static void fill(Bench bench) {
        for (int i = 0; i < KEYS; i++) {
            bench.put("key-" + i, "value");
        }
        bench.delete("key-" + bench.source.endOffset() % KEYS);
        bench.clock.advance(Duration.ofSeconds(20));
        bench.runDone();
    }

    /** Walks the compacted part again and again; each walk must show every key that is not deleted. */
    private static long readUntil(Bench bench, AtomicBoolean done) throws IOException {
        long walks = 0;
        FrameReader frame = new FrameReader();
        while (!done.get()) {
            View view = bench.queue.acquire();
            try {
                long records = 0;
                long last = -1;
                long next = 0;
                while (next < view.cleanedTo()) {
                    ReadOutcome outcome = view.read(new ReadLimits(next, 7, 1 << 20, 100), FrameFilter.ALL);
                    if (outcome instanceof ReadOutcome.Found found) {
                        for (MemorySegment run : found.runs()) {
                            for (long at = 0; at < run.byteSize(); at += frame.size()) {
                                assertThat(frame.read(run, at)).isEqualTo(FrameFault.NONE);
                                assertThat(frame.bodyIsIntact()).isTrue();
                                assertThat(frame.queueOffset()).isGreaterThan(last);
                                last = frame.queueOffset();
                                records++;
                            }
                        }
                        next = found.nextOffset();
                    } else if (outcome instanceof ReadOutcome.Nothing nothing) {
                        next = nothing.nextOffset();
                    }
                }
                assertThat(records).isBetween(KEYS - 1L, KEYS + 0L);
                walks++;
            } finally {
                view.release();
            }
        }
        return walks;
    }
}
