package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.ManualClock;
import io.firn.compaction.Records;
import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Far more keys than memory: ten million in 8 MiB; a hundred million in 64 MiB with {@code -Pcompaction-long}. */
final class ManyKeysTest {

    private static final int DIGITS = 10;

    @TempDir
    Path directory;

    /** Records made as they are asked for: two of each key, the second round in another order. */
    private static final class Generated implements RecordSource {
        private final long keys;
        private final byte[] template =
                Records.record(0).key("0".repeat(DIGITS)).build();
        private final int digitsAt;

        Generated(long keys) {
            this.keys = keys;
            this.digitsAt = new String(template, StandardCharsets.ISO_8859_1).indexOf("KEYS\u0001") + 5;
        }

        long key(long offset) {
            long key = offset % keys;
            return offset < keys ? key : keys - 1 - key;
        }

        @Override
        public long minOffset() {
            return 0;
        }

        @Override
        public long endOffset() {
            return keys + keys / 10;
        }

        @Override
        public RecordCursor scan(long from, long to) {
            byte[] bytes = template.clone();
            MemorySegment memory = MemorySegment.ofArray(bytes);
            return new RecordCursor() {
                private long offset = from - 1;

                @Override
                public boolean next() {
                    if (++offset >= to) {
                        return false;
                    }
                    ByteBuffer.wrap(bytes).putLong(20, offset);
                    long rest = key(offset);
                    for (int i = DIGITS - 1; i >= 0; i--) {
                        bytes[digitsAt + i] = (byte) ('0' + rest % 10);
                        rest /= 10;
                    }
                    return true;
                }

                @Override
                public long offset() {
                    return offset;
                }

                @Override
                public MemorySegment memory() {
                    return memory;
                }

                @Override
                public long at() {
                    return 0;
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }
    }

    @Test
    void moreKeysThanMemoryTakeOneSpillAndNoMoreMemory() throws IOException {
        long keys = Long.getLong("firn.compaction.keys", 10_000_000);
        MemoryBudget memory = new MemoryBudget(keys > 50_000_000 ? 64 << 20 : 8 << 20, 1);
        Tools tools = new Tools(memory, new IoBudget(1L << 50, System::nanoTime), new ManualClock(), PassLimits.NORMAL);
        Generated source = new Generated(keys);
        try (CompactedQueue queue = CompactedQueue.open(new NioDisk(), directory, Bench.NAME, new Random(3))) {
            PassOutcome outcome = new Pass(tools, queue, source, new PassOrder(Policy.NORMAL, group -> 0)).run();
            assertThat(outcome).isInstanceOfSatisfying(PassOutcome.Done.class, done -> {
                assertThat(done.counts().records()).isEqualTo(keys + keys / 10);
                assertThat(done.counts().spilledBytes()).isPositive();
            });
            assertThat(memory.freeBytes()).isEqualTo(memory.share());
            check(queue, source, keys);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("x-"));
        }
    }

    private static void check(CompactedQueue queue, Generated source, long keys) throws IOException {
        View view = queue.acquire();
        try {
            assertThat(view.countLive(0, view.cleanedTo())).isEqualTo(keys);
            KeyLookup lookup = new KeyLookup(view.manifest());
            Random random = new Random(1);
            for (int i = 0; i < 20_000; i++) {
                long offset = random.nextLong(source.endOffset());
                long key = source.key(offset);
                long latest = keys - 1 - key < keys / 10 ? keys + keys - 1 - key : key;
                assertThat(lookup.find(view, Records.utf8(String.format("%0" + DIGITS + "d", key))))
                        .hasValue(latest);
            }
        } finally {
            view.release();
        }
    }
}
