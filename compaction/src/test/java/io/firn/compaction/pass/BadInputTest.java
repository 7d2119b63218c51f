package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.Records;
import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.FrameFilter;
import io.firn.compaction.store.Hole;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.QueueName;
import io.firn.compaction.store.ReadLimits;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files, damaged records, a full disk, a newer version: each is told by name, and nothing is lost over it. */
final class BadInputTest {

    /** Where the entries of a key file begin. */
    private static final int KEYS_AT = 32;

    private final FaultyDisk disk = new FaultyDisk(1);
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(disk, Path.of("table", "3"));
    }

    private void twoGenerations() {
        bench.put("a", "1");
        bench.put("b", "1");
        bench.put("c", "1");
        bench.runDone();
        bench.put("b", "2");
        bench.runDone();
    }

    private Path file(String part) {
        return bench.path.resolve(disk.list(bench.path).stream()
                .filter(name -> name.contains(part))
                .sorted()
                .findFirst()
                .orElseThrow());
    }

    private void damage(Path file, int at) {
        byte[] bytes = disk.read(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 0x40;
        disk.overwrite(file, bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, -1, -14})
    void aDamagedManifestMeansTheGenerationBeforeAndAnAlarm(int at) throws IOException {
        twoGenerations();
        damage(bench.path.resolve("MANIFEST-00000002"), at);
        bench.reopen();
        assertThat(bench.queue.manifest().generation()).isEqualTo(1);
        assertThat(bench.queue.alarm())
                .hasValueSatisfying(
                        alarm -> assertThat(alarm).contains("MANIFEST-00000002").contains("generation 1"));
        assertThat(bench.live().keySet()).containsExactly(0L, 1L, 2L);
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(0L, 2L, 3L);
        assertThat(bench.queue.alarm()).isEmpty();
    }

    @Test
    void aFileThatIsCutOrMissingMeansTheGenerationBefore() throws IOException {
        twoGenerations();
        Path log = bench.path.resolve(
                bench.queue.manifest().segments().getLast().name().log());
        byte[] bytes = disk.read(log);
        disk.overwrite(log, Arrays.copyOf(bytes, bytes.length - 5));
        bench.reopen();
        assertThat(bench.queue.manifest().generation()).isEqualTo(1);
        assertThat(bench.queue.alarm())
                .hasValueSatisfying(alarm -> assertThat(alarm).contains(".log"));
    }

    @Test
    void aDamagedCurrentMeansTheNewestGenerationThatIsWhole() throws IOException {
        twoGenerations();
        damage(bench.path.resolve("CURRENT"), 25);
        bench.reopen();
        assertThat(bench.queue.manifest().generation()).isEqualTo(2);
        assertThat(bench.queue.alarm()).isPresent();
    }

    @Test
    void withNoReadableGenerationTheQueueDoesNotOpenAndNothingIsDeleted() {
        twoGenerations();
        damage(bench.path.resolve("MANIFEST-00000001"), 40);
        damage(bench.path.resolve("MANIFEST-00000002"), 40);
        List<String> before = disk.list(bench.path).stream().sorted().toList();
        assertThatThrownBy(bench::reopen)
                .hasMessageContaining("table/3")
                .hasMessageContaining("no readable generation")
                .hasMessageContaining("restore the directory");
        assertThat(disk.list(bench.path).stream().sorted()).isEqualTo(before);
    }

    @Test
    void aNewerFormatIsLeftAloneAndNamesBothVersions() {
        twoGenerations();
        Path manifest = bench.path.resolve("MANIFEST-00000002");
        byte[] bytes = disk.read(manifest);
        ByteBuffer.wrap(bytes).putInt(8, 9);
        disk.overwrite(manifest, bytes);
        assertThatThrownBy(bench::reopen)
                .hasMessageContaining("format version 9")
                .hasMessageContaining("up to 1");
        assertThat(disk.read(manifest)).isEqualTo(bytes);
        assertThat(disk.list(bench.path)).contains("MANIFEST-00000001");
    }

    @Test
    void aManifestWithANonsenseCountIsRefused() throws IOException {
        twoGenerations();
        Path manifest = bench.path.resolve("MANIFEST-00000002");
        byte[] bytes = disk.read(manifest);
        ByteBuffer content = ByteBuffer.wrap(bytes);
        int count = 32 + 2 + "table".length() + 4 + 16 + 2 + "KEYS".length() + 40 + 16;
        assertThat(content.getInt(count))
                .isEqualTo(bench.queue.manifest().segments().size());
        content.putInt(count, Integer.MAX_VALUE);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 16);
        content.putInt(bytes.length - 8, (int) crc.getValue());
        crc.reset();
        crc.update(bytes, bytes.length - 16, 12);
        content.putInt(bytes.length - 4, (int) crc.getValue());
        disk.overwrite(manifest, bytes);
        bench.reopen();
        assertThat(bench.queue.alarm())
                .hasValueSatisfying(alarm -> assertThat(alarm).contains("list of"));
    }

    @Test
    void aDirectoryOfAnotherQueueIsRefused() {
        twoGenerations();
        QueueName other = new QueueName("other", 3, Bench.NAME.incarnation(), "KEYS");
        assertThatThrownBy(() -> CompactedQueue.open(disk, bench.path, other, new Random(1)))
                .hasMessageContaining("table/3")
                .hasMessageContaining("other/3");
        QueueName otherKey = new QueueName("table", 3, Bench.NAME.incarnation(), "account");
        assertThatThrownBy(() -> CompactedQueue.open(disk, bench.path, otherKey, new Random(1)))
                .hasMessageContaining("account");
        QueueName otherLife = new QueueName("table", 3, new UUID(9, 9), "KEYS");
        assertThatThrownBy(() -> CompactedQueue.open(disk, bench.path, otherLife, new Random(1)))
                .hasMessageContaining("incarnation");
    }

    @Test
    void aRecordMixedUpInASegmentFailsTheReadByFileAndPlace() {
        twoGenerations();
        Path log = file(".log");
        damage(log, 32 + 27);
        assertThatThrownBy(() -> {
                    bench.reopen();
                    View view = bench.queue.acquire();
                    view.read(new ReadLimits(0, 10, 1000, 10), FrameFilter.ALL);
                })
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(log.toString())
                .hasMessageContaining("queue offset 0");
    }

    @Test
    void aBodyThatRottedIsFoundBeforeItIsCopiedAndByVerify() throws IOException {
        twoGenerations();
        damage(file(".log"), 32 + 88);
        bench.reopen();
        View view = bench.queue.acquire();
        Segment first = view.segments().getFirst();
        assertThatThrownBy(first::verify).hasMessageContaining(".log");
        view.release();
        bench.put("c", "2");
        assertThat(bench.run()).isInstanceOfSatisfying(PassOutcome.Blocked.class, blocked -> {
            assertThat(blocked.reason()).contains(".log").contains("checksum");
            assertThat(blocked.offset()).isEqualTo(-1);
        });
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(5);
    }

    @Test
    void aKeyFileThatRottedIsFoundBeforeItIsBelieved() throws IOException {
        twoGenerations();
        damage(file(".keys"), 40);
        bench.reopen();
        bench.put("c", "2");
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Blocked.class,
                        blocked -> assertThat(blocked.reason()).contains(".keys"));
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(4);
    }

    @Test
    void aLookUpBelievesTheRecordAndNotTheHash() throws IOException {
        bench.put("a", "1");
        bench.put("b", "1");
        bench.runDone();
        assertThat(find("a")).hasValue(0);
        Path keys = file(".keys");
        byte[] bytes = disk.read(keys);
        // the two entries change their records, as if each key had the other's hash
        bytes[KEYS_AT + 19] ^= 1;
        bytes[KEYS_AT + 20 + 19] ^= 1;
        disk.overwrite(keys, bytes);
        bench.reopen();
        assertThat(find("a")).isEmpty();
        assertThat(find("b")).isEmpty();
    }

    private OptionalLong find(String key) throws IOException {
        View view = bench.queue.acquire();
        try {
            return new KeyLookup(view.manifest()).find(view, Records.utf8(key));
        } finally {
            view.release();
        }
    }

    @Test
    void aBadRecordOfTheLogBlocksTheQueueThereAndASkipLeavesAHole() throws IOException {
        bench.put("a", "1");
        long bad = bench.put("b", "1");
        bench.put("a", "2");
        byte[] broken = bench.source.get(bad).clone();
        broken[0] = 1;
        bench.source.replace(bad, broken);
        assertThat(bench.run()).isInstanceOfSatisfying(PassOutcome.Blocked.class, blocked -> {
            assertThat(blocked.offset()).isEqualTo(bad);
            assertThat(blocked.reason()).contains("queue offset " + bad);
        });
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(bad);
        assertThat(bench.live().keySet()).containsExactly(0L);
        bench.queue.skip(new Hole(bad, bad + 1), bench.clock.millis());
        bench.reopen();
        bench.runDone();
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(3);
        assertThat(bench.live().keySet()).containsExactly(2L);
    }

    @Test
    void aBadBodyOfTheLogIsNotCopied() {
        bench.put("a", "1");
        byte[] broken = bench.source.get(0).clone();
        broken[88] ^= 1;
        bench.source.replace(0, broken);
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Blocked.class,
                        blocked -> assertThat(blocked.reason()).contains("checksum"));
    }

    @Test
    void aRecordOfAnotherOffsetIsNotTakenForTheOneLookedUp() {
        bench.put("a", "1");
        bench.source.replace(0, Records.record(7).key("a").build());
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Blocked.class,
                        blocked -> assertThat(blocked.reason()).contains("another queue offset"));
    }

    @Test
    void aQueueEntryThatIsMissingIsNoRecordLess() {
        bench.put("a", "1");
        bench.put("b", "1");
        bench.source.replace(1, null);
        assertThat(bench.run()).isInstanceOfSatisfying(PassOutcome.Blocked.class, blocked -> {
            assertThat(blocked.offset()).isEqualTo(1);
            assertThat(blocked.reason()).contains("missing");
        });
    }

    @Test
    void aLogCutAboveWhatIsCompactedBlocksTheQueue() {
        bench.put("a", "1");
        bench.runDone();
        bench.put("b", "1");
        bench.put("c", "1");
        bench.source.trimTo(2);
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Blocked.class,
                        blocked -> assertThat(blocked.reason())
                                .contains("the log starts at 2")
                                .contains("skip to 2"));
    }

    @Test
    void aFullDiskLeavesTheOldGenerationAndNoLitter() throws IOException {
        twoGenerations();
        Map<Long, byte[]> before = bench.live();
        List<String> files = disk.list(bench.path).stream().sorted().toList();
        for (int i = 0; i < 50; i++) {
            bench.put("key-" + i, "x".repeat(100));
        }
        disk.capacity(4000);
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("No space left"));
        assertThat(bench.live().keySet()).isEqualTo(before.keySet());
        assertThat(disk.list(bench.path).stream().sorted()).isEqualTo(files);
        disk.capacity(Long.MAX_VALUE);
        bench.runDone();
        assertThat(bench.live()).hasSize(53);
    }

    @Test
    void aRewriteIsPutOffWhenTheDiskHasLessThanTwiceItsRoom() {
        for (int i = 0; i < 20; i++) {
            bench.put("k" + i, "x".repeat(400));
        }
        bench.runDone();
        for (int i = 0; i < 11; i++) {
            bench.put("k" + i, "2");
        }
        disk.capacity(disk.list(bench.path).stream()
                        .mapToLong(name -> disk.read(bench.path.resolve(name)).length)
                        .sum()
                + 5000);
        assertThat(bench.run())
                .isInstanceOfSatisfying(
                        PassOutcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("twice the room"));
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(31);
    }

    @Test
    void everyMessageDeadAndTheLogTrimmedStillFloorsTheNextOffset() throws IOException {
        bench.put("a", "1");
        bench.delete("a");
        bench.runDone();
        bench.clock.advance(Duration.ofHours(3));
        bench.runDone();
        bench.reopen();
        assertThat(bench.live()).isEmpty();
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(2);
    }

    @Test
    void budgetsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new MemoryBudget(100_000, 2)).hasMessageContaining("compaction.memory");
        assertThatThrownBy(() -> new PassLimits(10, 20, 4)).hasMessageContaining("sizes");
    }
}
