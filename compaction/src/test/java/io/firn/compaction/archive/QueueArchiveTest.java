package io.firn.compaction.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.compaction.disk.FaultyDisk;
import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.disk.PowerCut;
import io.firn.compaction.pass.Bench;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.ManifestCodec;
import io.firn.compaction.store.QueueName;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeObjectSpace;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations of real queues on their way to a storage in memory and back. */
final class QueueArchiveTest {

    private static final Duration GRACE = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private final Wavering storage = new Wavering();
    private final FakeObjectSpace space = new FakeObjectSpace("compaction");
    private Bench bench;
    private QueueArchive archive;
    private int copies;

    @BeforeEach
    void open() throws IOException {
        space.provide(storage);
        bench = new Bench(new NioDisk(), directory.resolve("table/3"));
        archive = archive();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private QueueArchive archive() {
        return archives(ArchiveSettings.Mode.AUTO).of(Bench.NAME);
    }

    private Archives archives(ArchiveSettings.Mode mode) {
        ArchiveSettings settings = new ArchiveSettings(mode, GRACE, Duration.ofMinutes(10));
        ArchiveTools tools = new ArchiveTools(
                settings,
                bench.clock,
                time -> Deadline.after(time, () -> bench.clock.millis() * 1_000_000),
                bytes -> {},
                new ArchiveTools.Counts(bytes -> {}, bytes -> {}, () -> {}));
        return new Archives(space, tools);
    }

    private Manifest restoreTo(Path path) throws IOException {
        return archives(ArchiveSettings.Mode.AUTO).restore(new NioDisk(), path, Bench.NAME);
    }

    /** What a broker with an empty disk would show. */
    private Map<Long, byte[]> restored() throws IOException {
        Path path = directory.resolve("copy" + ++copies);
        if (restoreTo(path) == null) {
            return Map.of();
        }
        try (Bench other = new Bench(new NioDisk(), path)) {
            return other.live();
        }
    }

    private void assertRestores(Map<Long, byte[]> expected) throws IOException {
        Map<Long, byte[]> found = restored();
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((offset, record) -> assertThat(found.get(offset)).isEqualTo(record));
    }

    private void generation(String value) {
        for (String key : List.of("a", "b", "c", "d")) {
            bench.put(key, value);
        }
        bench.put(value, value);
        bench.runDone();
    }

    private void run() throws IOException {
        archive.run(bench.queue);
    }

    @Test
    void aBrokerWithAnEmptyDiskGetsWhatWasArchivedByteForByte() throws IOException {
        generation("1");
        bench.put("a", "2");
        bench.delete("b");
        bench.runDone();
        run();
        assertThat(archive.archived()).isEqualTo(bench.queue.manifest().generation());
        Path copy = directory.resolve("elsewhere");
        Manifest restored = restoreTo(copy);
        assertThat(ManifestCodec.encode(restored)).isEqualTo(ManifestCodec.encode(bench.queue.manifest()));
        assertThat(contents(copy)).containsAllEntriesOf(needed(contents(bench.path), restored));
        assertRestores(bench.live());
    }

    private static Map<String, String> needed(Map<String, String> files, Manifest manifest) {
        Map<String, String> needed = new TreeMap<>();
        ArchivedFile.of(manifest).forEach(file -> needed.put(file.name(), files.get(file.name())));
        return needed;
    }

    private static Map<String, String> contents(Path path) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var names = Files.list(path)) {
            for (Path file : names.toList()) {
                files.put(
                        file.getFileName().toString(), java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    @Test
    void onlyWhatIsNewIsStoredTheManifestLast() throws IOException {
        generation("1");
        run();
        storage.put.clear();
        bench.put("a", "2");
        bench.runDone();
        run();
        assertThat(storage.put).hasSize(5).noneMatch(name -> name.contains("s-00000000000000000000-1.log"));
        assertThat(storage.put.get(0)).contains("s-00000000000000000000-1.live-2.");
        assertThat(storage.put.get(1)).contains("s-00000000000000000005-2.keys.");
        assertThat(storage.put.get(2)).contains("s-00000000000000000005-2.idx.");
        assertThat(storage.put.get(3)).contains("s-00000000000000000005-2.log.");
        assertThat(storage.put.getLast()).contains("/m/");
        storage.put.clear();
        run();
        assertThat(storage.put).as("nothing new").isEmpty();
    }

    @Test
    void aRestartedBrokerGoesOnAndStoresNothingAgain() throws IOException {
        generation("1");
        run();
        storage.put.clear();
        bench.reopen();
        archive = archive();
        run();
        assertThat(storage.put).as("all is there").isEmpty();
        bench.put("a", "2");
        bench.runDone();
        run();
        assertThat(storage.put).noneMatch(name -> name.contains("s-00000000000000000000-1.log"));
        assertRestores(bench.live());
    }

    @Test
    void aKillAtAnyCallLeavesTheLastWholeGenerationAndIsMadeGood() throws IOException {
        for (int call = 1; ; call++) {
            Map<Long, byte[]> before = bench.live();
            generation("value " + call);
            storage.failFrom(call);
            archive = archive();
            boolean failed;
            try {
                run();
                failed = false;
            } catch (ObjectException e) {
                failed = true;
            }
            boolean late = storage.hasFailed();
            storage.mend();
            Map<Long, byte[]> found = restored();
            if (failed) {
                assertThat(found.keySet())
                        .as("after call " + call)
                        .isIn(before.keySet(), bench.live().keySet());
            }
            archive = archive(); // the process was killed
            run();
            assertRestores(bench.live());
            if (!late) {
                assertThat(call).isGreaterThan(8);
                return;
            }
        }
    }

    @Test
    void aStorageThatWasAwayIsCaughtUpWithByTheSameBroker() throws IOException {
        for (int call = 1; call < 14; call++) {
            generation("value " + call);
            storage.failFrom(call);
            try {
                run();
            } catch (ObjectException e) {
                assertThat(e.reason()).isEqualTo(ObjectException.Reason.PASSING);
            }
            storage.mend();
            generation("later " + call);
            run();
            assertRestores(bench.live());
        }
    }

    @Test
    void ofTwoBrokersTheOneThatCameFirstFindsOutAndTouchesNothingMore() throws IOException {
        generation("1");
        run();
        Path elsewhere = directory.resolve("successor");
        restoreTo(elsewhere);
        try (Bench successor = new Bench(new NioDisk(), elsewhere)) {
            for (long offset = 0; offset < bench.source.endOffset(); offset++) {
                successor.source.add(bench.source.get(offset));
            }
            successor.put("a", "by the successor");
            successor.runDone();
            QueueArchive second = archive();
            second.run(successor.queue);

            generation("by the first");
            assertThatThrownBy(this::run)
                    .isInstanceOf(ForeignArchiveException.class)
                    .hasMessageContaining("by another broker since");
            bench.clock.advance(GRACE.multipliedBy(2));
            assertThatThrownBy(this::run).isInstanceOf(ForeignArchiveException.class);
            assertRestores(successor.live());
            successor.put("b", "by the successor");
            successor.runDone();
            second.run(successor.queue);
            assertRestores(successor.live());
        }
    }

    @Test
    void aBrokerWithNothingNewDeletesNothingOfItsSuccessor() throws IOException {
        generation("1");
        run();
        bench.put("a", "2");
        bench.runDone();
        run(); // what the first generation alone needed is leaving now
        Path elsewhere = directory.resolve("successor");
        restoreTo(elsewhere);
        try (Bench successor = new Bench(new NioDisk(), elsewhere)) {
            for (long offset = 0; offset < bench.source.endOffset(); offset++) {
                successor.source.add(bench.source.get(offset));
            }
            successor.put("a", "by the successor");
            successor.runDone();
            archive().run(successor.queue);
            int objects = storage.objects.objects().size();
            bench.clock.advance(GRACE.multipliedBy(2));
            assertThatThrownBy(this::run).isInstanceOf(ForeignArchiveException.class);
            assertThat(storage.objects.objects()).hasSize(objects);
            assertRestores(successor.live());
        }
    }

    @Test
    void anArchiveOfAnotherLifeOfTheQueueIsLeftAlone() throws IOException {
        generation("1");
        run();
        Map<ObjectKey, byte[]> before = Map.copyOf(storage.objects.objects());
        var other = io.firn.compaction.store.CompactedQueue.open(
                new NioDisk(), directory.resolve("other"), Bench.NAME, new java.util.Random(99));
        try (other) {
            other.skip(new io.firn.compaction.store.Hole(0, 1), 5);
            assertThatThrownBy(() -> archive().run(other))
                    .isInstanceOf(ForeignArchiveException.class)
                    .hasMessageContaining("does not continue it")
                    .hasMessageContaining(directory.resolve("other").toString());
        }
        assertThat(storage.objects.objects()).isEqualTo(before);
    }

    @Test
    void aDiskThatIsOlderThanTheArchiveDoesNotReplaceIt() throws IOException {
        generation("1");
        Map<String, String> old = contents(bench.path);
        generation("2");
        run();
        Map<Long, byte[]> newest = bench.live();
        bench.close();
        try (var names = Files.list(bench.path)) {
            for (Path file : names.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, String> file : old.entrySet()) {
            Files.write(
                    bench.path.resolve(file.getKey()), java.util.HexFormat.of().parseHex(file.getValue()));
        }
        bench.open();
        archive = archive();
        assertThatThrownBy(this::run)
                .isInstanceOf(ForeignArchiveException.class)
                .hasMessageContaining("generation 1, up to 5, does not continue it");
        assertRestores(newest);
    }

    @Test
    void whatIsNeededNoMoreStaysForTheGraceAndGoesThen() throws IOException {
        for (int i = 0; i < 6; i++) {
            generation("value " + i);
            run();
        }
        int all = storage.objects.objects().size();
        bench.clock.advance(GRACE.minusSeconds(1));
        assertThat(archive.isDue(bench.queue)).isFalse();
        run();
        assertThat(storage.objects.objects()).hasSize(all);
        bench.clock.advance(Duration.ofSeconds(2));
        assertThat(archive.isDue(bench.queue)).isTrue();
        run();
        assertThat(storage.objects.objects())
                .hasSize(ArchivedFile.of(bench.queue.manifest()).size() + 1);
        assertRestores(bench.live());
        assertThat(archive.isDue(bench.queue)).isFalse();
    }

    @Test
    void whatAKilledAttemptLeftGoesAfterTheGrace() throws IOException {
        generation("1");
        run();
        generation("2");
        storage.failFrom(8);
        assertThatThrownBy(this::run).isInstanceOf(ObjectException.class);
        storage.mend();
        generation("3");
        archive = archive();
        run();
        bench.clock.advance(GRACE.plusSeconds(1));
        run();
        assertThat(storage.objects.objects())
                .hasSize(ArchivedFile.of(bench.queue.manifest()).size() + 1);
        assertRestores(bench.live());
    }

    @Test
    void aFileThatChangedOnTheDiskIsNotArchived() throws IOException {
        generation("1");
        Path log = bench.path.resolve("s-00000000000000000000-1.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[60] ^= 1;
        Files.write(log, bytes);
        assertThatThrownBy(this::run).isInstanceOf(CorruptFileException.class).hasMessageContaining(log.toString());
        assertThat(restored()).isEmpty();
        bytes[60] ^= 1;
        Files.write(log, bytes);
        run();
        assertRestores(bench.live());
    }

    @Test
    void aStorageThatAttestsNothingIsReadBack() throws IOException {
        storage.attestNothing();
        generation("1");
        storage.flip("/m/");
        assertThatThrownBy(this::run)
                .isInstanceOf(DamagedArchiveException.class)
                .hasMessageContaining("/m/");
        storage.flip("/f/");
        assertThatThrownBy(this::run).isInstanceOf(ObjectException.class).hasMessageContaining("not in the storage");
        storage.flip(" ");
        run();
        assertRestores(bench.live());
    }

    @Test
    void whatTheStorageChangedIsStoredAgain() throws IOException {
        generation("1");
        storage.failFrom(6);
        assertThatThrownBy(this::run).isInstanceOf(ObjectException.class);
        storage.mend();
        storage.objects.objects().forEach((key, bytes) -> {
            if (!key.name().contains("/m/")) {
                bytes[40] ^= 1;
            }
        });
        run();
        assertRestores(bench.live());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "shorter", "changed"})
    void everyDamagedObjectIsNamedAndNothingIsRestored(String how) throws IOException {
        generation("1");
        run();
        bench.put("a", "2");
        bench.runDone();
        run();
        Map<ObjectKey, byte[]> whole = Map.copyOf(storage.objects.objects());
        List<String> needed = new java.util.ArrayList<>(ArchivedFile.of(bench.queue.manifest()).stream()
                .map(file -> file.object(ArchiveNames.of(Bench.NAME)))
                .toList());
        needed.add(
                whole.keySet().stream().map(ObjectKey::name).sorted().toList().getLast());
        for (String name : needed) {
            ObjectKey key = new ObjectKey("compaction", name);
            byte[] bytes = whole.get(key);
            switch (how) {
                case "gone" -> storage.objects.objects().remove(key);
                case "shorter" -> storage.objects.objects().put(key, java.util.Arrays.copyOf(bytes, bytes.length - 1));
                default -> {
                    byte[] changed = bytes.clone();
                    changed[changed.length / 2] ^= 1;
                    storage.objects.objects().put(key, changed);
                }
            }
            Path copy = directory.resolve("damaged");
            if (name.contains("/m/") && how.equals("gone")) {
                // then the one before it counts, of which nothing has left yet
                assertThat(restoreTo(directory.resolve("before"))).isNotNull();
            } else {
                assertThatThrownBy(() -> restoreTo(copy))
                        .as(how + " " + name)
                        .isInstanceOf(DamagedArchiveException.class)
                        .hasMessageContaining("table/3")
                        .hasMessageContaining(name);
            }
            storage.objects.objects().put(key, bytes);
        }
        assertThat(restoreTo(directory.resolve("damaged"))).isNotNull();
    }

    @Test
    void aRestoreThatLosesPowerAtAnyStepIsDoneAgain() throws IOException {
        generation("1");
        bench.put("a", "2");
        bench.runDone();
        run();
        Path path = Path.of("table/3");
        for (int step = 0; ; step++) {
            FaultyDisk disk = new FaultyDisk(step);
            disk.createDirectories(path);
            disk.cutPowerAfter(step);
            try {
                archives(ArchiveSettings.Mode.AUTO).restore(disk, path, Bench.NAME);
            } catch (PowerCut e) {
                assertThat(disk.isDark()).isTrue();
            }
            boolean cut = disk.isDark();
            disk.restart();
            archives(ArchiveSettings.Mode.AUTO).restore(disk, path, Bench.NAME);
            try (Bench other = new Bench(disk, path)) {
                assertThat(other.live().keySet()).isEqualTo(bench.live().keySet());
                assertThat(other.queue.alarm()).isEmpty();
            }
            if (!cut) {
                assertThat(step).isGreaterThan(20);
                return;
            }
        }
    }

    @Test
    void aQueueWithoutFilesWaitsForAStorageThatIsAwaitedOrRequired() throws IOException {
        generation("1");
        Path path = directory.resolve("new");
        space.leave(ObjectSpace.State.AWAITED);
        assertThatThrownBy(() -> restoreTo(path)).hasMessageContaining("awaited");
        assertThat(restoreTo(bench.path)).as("has files").isNull();
        space.leave(ObjectSpace.State.ABSENT);
        assertThat(restoreTo(path)).isNull();
        assertThatThrownBy(() -> archives(ArchiveSettings.Mode.REQUIRED).restore(new NioDisk(), path, Bench.NAME))
                .hasMessageContaining("archive=required");
        space.leave(ObjectSpace.State.AWAITED);
        assertThat(archives(ArchiveSettings.Mode.OFF).restore(new NioDisk(), path, Bench.NAME))
                .isNull();
        space.provide(storage);
        assertThat(restoreTo(path)).as("nothing is archived").isNull();
    }

    @Test
    void aGenerationOfAnotherIncarnationIsNotFound() throws IOException {
        generation("1");
        run();
        QueueName other = new QueueName("table", 3, new UUID(9, 9), "KEYS");
        assertThat(archives(ArchiveSettings.Mode.AUTO).restore(new NioDisk(), directory.resolve("x"), other))
                .isNull();
        QueueName otherKey = new QueueName("table", 3, Bench.NAME.incarnation(), "other");
        assertThatThrownBy(() ->
                        archives(ArchiveSettings.Mode.AUTO).restore(new NioDisk(), directory.resolve("x"), otherKey))
                .isInstanceOf(DamagedArchiveException.class)
                .hasMessageContaining("KEYS");
    }

    @Test
    void namesKeepWhatObjectsMayHave() {
        ArchiveNames names = ArchiveNames.of(new QueueName("%RETRY%a_b-c|1", 7, new UUID(1, 2), "KEYS"));
        assertThat(names.directory()).isEqualTo(".25RETRY.25a_b-c.7C1/00000000-0000-0001-0000-000000000002/7/");
        assertThat(names.numberOf(names.manifest(42))).isEqualTo(42);
        assertThat(names.numberOf(names.directory() + "m/x")).isEqualTo(-1);
        assertThat(new ObjectKey("compaction", names.manifest(Long.MAX_VALUE)).name())
                .endsWith("9223372036854775807");
    }
}
