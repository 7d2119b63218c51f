package io.firn.compaction.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.Records;
import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.FrameFilter;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.ReadLimits;
import io.firn.compaction.store.ReadOutcome;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passes over real files. */
final class PassTest {

    @TempDir
    Path directory;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(new NioDisk(), directory.resolve("table/3"));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> names = Files.list(bench.path)) {
            return names.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void keepsTheLatestRecordOfEachKeyByteForByteAtItsOffset() {
        bench.put("a", "1");
        long b = bench.put("b", "1");
        long a = bench.put("a", "2");
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(b, a);
        assertThat(bench.live().get(a)).isEqualTo(bench.source.get(a));
        assertThat(bench.live().get(b)).isEqualTo(bench.source.get(b));
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(3);
    }

    @Test
    void olderSegmentsLoseWhatIsWrittenAgain() throws IOException {
        bench.put("a", "1");
        bench.put("b", "1");
        bench.put("c", "1");
        bench.runDone();
        long b = bench.put("b", "2");
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(0L, 2L, b);
        bench.reopen();
        assertThat(bench.live().keySet()).containsExactly(0L, 2L, b);
        View view = bench.queue.acquire();
        KeyLookup lookup = new KeyLookup(view.manifest());
        assertThat(lookup.find(view, Records.utf8("b"))).hasValue(b);
        assertThat(lookup.find(view, Records.utf8("a"))).hasValue(0);
        assertThat(lookup.find(view, Records.utf8("x"))).isEmpty();
        view.release();
    }

    @Test
    void aSecondPassWithNothingNewCommitsNothing() {
        bench.put("a", "1");
        assertThat(bench.runDone().commits()).isEqualTo(1);
        assertThat(bench.runDone().commits()).isZero();
    }

    @Test
    void recordsYoungerThanTheMinimalLagStayInTheLog() {
        bench.policy = new Policy(Duration.ofMinutes(1), Duration.ofMinutes(10), 0.5, bench.policy.retention());
        bench.put("a", "1");
        bench.clock.advance(Duration.ofSeconds(30));
        bench.put("a", "2");
        bench.clock.advance(Duration.ofSeconds(31));
        bench.runDone();
        assertThat(bench.queue.manifest().cleanedTo()).isEqualTo(1);
        bench.clock.advance(Duration.ofSeconds(60));
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(1L);
    }

    @Test
    void recordsWithoutKeyAreKeptAndCounted() {
        bench.add(bench.next());
        bench.add(bench.next());
        assertThat(bench.runDone().keyless()).isEqualTo(2);
        bench.put("a", "1");
        bench.put("a", "2");
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(0L, 1L, 3L);
    }

    @Test
    void aConditionalWriteCountsWhenItsKeyWasNotWrittenInBetween() {
        bench.put("a", "1");
        long seen = bench.put("b", "1");
        bench.runDone();
        long first = putIf("c", -1);
        putIf("c", -1);
        putIf("a", -1);
        long next = putIf("b", seen);
        putIf("b", seen);
        long after = putIf("b", next);
        assertThat(bench.runDone().unmet()).isEqualTo(3);
        assertThat(bench.live().keySet()).containsExactly(0L, first, after);
    }

    @Test
    void conditionsAreKeptToWhenTheKeysGoThroughFiles() {
        int keys = 4000;
        for (int i = 0; i < keys; i++) {
            bench.put("old-" + i, "1");
        }
        bench.runDone();
        long unmet = 0;
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            long offset = putIf("old-" + i, i - i % 2);
            expected.add(i % 2 == 0 ? offset : i);
            unmet += i % 2;
        }
        for (int i = 0; i < keys; i++) {
            expected.add(putIf("new-" + i, -1));
            putIf("new-" + i, offsetBefore());
            unmet++;
        }
        PassCounts counts = bench.runDone();
        assertThat(counts.spilledBytes()).isPositive();
        assertThat(counts.unmet()).isEqualTo(unmet);
        assertThat(bench.live().keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** One below the latest record. */
    private long offsetBefore() {
        return bench.source.endOffset() - 2;
    }

    private long putIf(String key, long condition) {
        return bench.add(bench.next().key(key).property("COMPACTION_IF_OFFSET", Long.toString(condition)));
    }

    @Test
    void aTombstoneStaysForItsRetentionAndThenGoes() throws IOException {
        bench.put("a", "1");
        bench.put("b", "1");
        bench.runDone();
        long dead = bench.delete("a");
        bench.clock.advance(Duration.ofMinutes(5));
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(1L, dead);
        bench.clock.advance(Duration.ofMinutes(59));
        bench.runDone();
        bench.reopen();
        assertThat(bench.live().keySet()).containsExactly(1L, dead);
        bench.clock.advance(Duration.ofMinutes(1));
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(1L);
        View view = bench.queue.acquire();
        assertThat(new KeyLookup(view.manifest()).find(view, Records.utf8("a"))).isEmpty();
        view.release();
    }

    @Test
    void puttingSegmentsTogetherDoesNotGiveTombstonesALongerLife() {
        bench.put("a", "1");
        long dead = bench.delete("a");
        bench.runDone();
        for (int i = 0; i < 5; i++) {
            bench.clock.advance(Duration.ofMinutes(12));
            assertThat(bench.live()).containsKey(dead);
            bench.put("k" + i, "1");
            bench.runDone();
        }
        assertThat(bench.live()).doesNotContainKey(dead).hasSize(5);
    }

    @Test
    void aTombstoneWaitsForTheGroupsItsTopicNamesButNotForEver() {
        bench.policy = new Policy(
                Duration.ZERO,
                Duration.ofMinutes(10),
                0.5,
                new Policy.Retention(
                        Duration.ofHours(1), Duration.ofDays(30), Duration.ofMillis(-1), List.of("g1", "g2")));
        long[] committed = {0, 100};
        bench.groups = group -> group.equals("g1") ? committed[0] : committed[1];
        long first = bench.delete("a");
        long second = bench.delete("b");
        bench.runDone();
        bench.clock.advance(Duration.ofHours(2));
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(first, second);
        committed[0] = second;
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(second);
        bench.clock.advance(Duration.ofDays(7));
        bench.runDone();
        assertThat(bench.live()).isEmpty();
    }

    @Test
    void aClockThatStepsBackMakesNothingDue() {
        bench.delete("a");
        bench.runDone();
        bench.clock.set(5);
        bench.put("b", "1");
        bench.runDone();
        assertThat(bench.live()).hasSize(2);
        assertThat(bench.queue.manifest().lineage().createdAt()).isEqualTo(1_000_000);
    }

    @Test
    void keysNotWrittenAgainExpireWhenTheTopicSaysSo() {
        bench.policy = new Policy(
                Duration.ZERO,
                Duration.ofMinutes(10),
                0.5,
                new Policy.Retention(Duration.ofHours(1), Duration.ofDays(1), Duration.ofHours(3), List.of()));
        bench.put("a", "1");
        bench.put("b", "1");
        bench.runDone();
        bench.clock.advance(Duration.ofHours(2));
        long a = bench.put("a", "2");
        bench.runDone();
        bench.clock.advance(Duration.ofHours(1).plusMillis(100));
        bench.runDone();
        assertThat(bench.live().keySet()).containsExactly(a);
    }

    @Test
    void overwrittenBytesAreGoneFromTheDiskAtTheEraseDeadline() throws IOException {
        bench.put("keep1", "harmless-1");
        bench.put("secret", "very-secret-value");
        bench.put("keep2", "harmless-2");
        bench.put("keep3", "harmless-3");
        bench.runDone();
        bench.delete("secret");
        bench.runDone();
        assertThat(onDisk("very-secret-value"))
                .as("one dead record of four is no reason to rewrite")
                .isTrue();
        bench.clock.advance(Duration.ofHours(2));
        bench.runDone();
        assertThat(onDisk("very-secret-value")).isFalse();
        assertThat(onDisk("harmless-1")).isTrue();
    }

    @Test
    void aSegmentThatDiedWholeIsGoneFromTheDiskAtTheEraseDeadline() throws IOException {
        bench.put("secret", "very-secret-value");
        bench.runDone();
        bench.put("secret", "public");
        bench.runDone();
        assertThat(onDisk("very-secret-value"))
                .as("the generation before is kept")
                .isTrue();
        bench.clock.advance(Duration.ofHours(2));
        bench.runDone();
        assertThat(onDisk("very-secret-value")).isFalse();
    }

    private boolean onDisk(String text) throws IOException {
        byte[] wanted = Records.utf8(text);
        for (String name : files()) {
            String content = new String(Files.readAllBytes(bench.path.resolve(name)), StandardCharsets.ISO_8859_1);
            if (content.contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aSegmentIsRewrittenOnlyWhenHalfOfItIsDead() {
        for (int i = 0; i < 8; i++) {
            bench.put("k" + i, "1");
        }
        bench.runDone();
        String first = bench.queue.manifest().segments().getFirst().name().stem();
        for (int i = 0; i < 3; i++) {
            bench.put("k" + i, "2");
        }
        bench.runDone();
        assertThat(bench.queue.manifest().segments().getFirst().name().stem()).isEqualTo(first);
        bench.put("k3", "2");
        bench.runDone();
        assertThat(bench.queue.manifest().segments().getFirst().name().stem()).isNotEqualTo(first);
        assertThat(bench.queue.manifest().segments().getFirst().deadBytes()).isZero();
        assertThat(bench.live()).hasSize(8);
    }

    @Test
    void manySmallSegmentsBecomeOne() {
        for (int i = 0; i < 4; i++) {
            bench.put("k" + i, "1");
            bench.runDone();
        }
        assertThat(bench.queue.manifest().segments()).hasSize(1);
        assertThat(bench.live().keySet()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(bench.live().get(2L)).isEqualTo(bench.source.get(2));
    }

    @Test
    void aRecordLargerThanASegmentGetsItsOwn() {
        bench.put("a", "x".repeat(20_000));
        bench.put("b", "x".repeat(17_000));
        bench.put("c", "1");
        bench.runDone();
        assertThat(bench.queue.manifest().segments()).hasSize(3);
        assertThat(bench.live().get(0L)).isEqualTo(bench.source.get(0));
    }

    @Test
    void leavesNoTemporaryAndNoUnlistedFile() throws IOException {
        for (int i = 0; i < 20; i++) {
            bench.put("k" + i % 3, "1");
            bench.runDone();
        }
        assertThat(files()).noneMatch(name -> name.startsWith("x-"));
        assertThat(files().stream().filter(name -> name.startsWith("MANIFEST"))).hasSizeLessThanOrEqualTo(2);
        assertThat(files().size()).isLessThan(30);
        View view = bench.queue.acquire();
        for (Segment segment : view.segments()) {
            segment.verify();
        }
        view.release();
    }

    @Test
    void oneReadJumpsOverAGap() throws IOException {
        for (int i = 0; i < 100; i++) {
            bench.put("a", "v" + i);
        }
        bench.runDone();
        View view = bench.queue.acquire();
        assertThat(view.minOffset()).isEqualTo(99);
        ReadOutcome outcome = view.read(new ReadLimits(0, 32, 1 << 20, 1000), FrameFilter.ALL);
        assertThat(outcome).isInstanceOfSatisfying(ReadOutcome.Found.class, found -> {
            assertThat(found.records()).isEqualTo(1);
            assertThat(found.nextOffset()).isEqualTo(100);
        });
        view.release();
        bench.delete("a");
        bench.runDone();
        bench.clock.advance(Duration.ofHours(2));
        bench.runDone();
        View empty = bench.queue.acquire();
        assertThat(empty.minOffset()).isEqualTo(101);
        assertThat(empty.read(new ReadLimits(0, 32, 1 << 20, 1000), FrameFilter.ALL))
                .isEqualTo(new ReadOutcome.Nothing(101));
        empty.release();
    }

    @Test
    void neighboursShareARunAndLimitsHold() throws IOException {
        for (int i = 0; i < 10; i++) {
            bench.put("k" + i, "1");
        }
        bench.runDone();
        View view = bench.queue.acquire();
        ReadOutcome outcome = view.read(new ReadLimits(2, 4, 1 << 20, 1000), FrameFilter.ALL);
        assertThat(outcome).isInstanceOfSatisfying(ReadOutcome.Found.class, found -> {
            assertThat(found.runs()).hasSize(1);
            assertThat(found.records()).isEqualTo(4);
            assertThat(found.nextOffset()).isEqualTo(6);
        });
        assertThat(view.read(new ReadLimits(0, 9, 1, 1000), FrameFilter.ALL))
                .isInstanceOfSatisfying(
                        ReadOutcome.Found.class,
                        found -> assertThat(found.records()).isEqualTo(1));
        assertThat(view.countLive(2, 7)).isEqualTo(5);
        view.release();
    }

    @Test
    void findsByStoreTime() throws IOException {
        for (int i = 0; i < 30; i++) {
            bench.put("k" + i % 20, "1");
            bench.clock.advance(Duration.ofMillis(10));
        }
        bench.runDone();
        View view = bench.queue.acquire();
        assertThat(view.firstStoredAt(0)).isEqualTo(10);
        assertThat(view.firstStoredAt(1_000_151)).isEqualTo(16);
        assertThat(view.firstStoredAt(1_000_150)).isEqualTo(15);
        assertThat(view.firstStoredAt(1_000_291)).isEqualTo(-1);
        assertThat(view.lastStoredAt(1_000_155)).isEqualTo(15);
        assertThat(view.lastStoredAt(1_000_099)).isEqualTo(-1);
        assertThat(view.lastStoredAt(Long.MAX_VALUE - 1)).isEqualTo(29);
        view.release();
    }
}
