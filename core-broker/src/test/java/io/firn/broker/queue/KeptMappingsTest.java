package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mappings that a batch of the dispatcher holds. */
final class KeptMappingsTest {

    private static final int LENGTH = 4_096;

    @TempDir
    Path root;

    private final ChangedFiles changed = new ChangedFiles();

    @Test
    void holdsAFileOnceHoweverOftenItIsWrittenTo() {
        MappingPool pool = pool(8);
        KeptMappings kept = new KeptMappings(8, changed);
        LazyFile file = file(pool, "a");
        MappedFile mapping = keep(kept, file);
        assertThat(keep(kept, file)).isSameAs(mapping);
        assertThat(kept.count()).isOne();
        kept.releaseAll();
        assertThat(kept.count()).isZero();
        assertThat(mapping.isUnmapped()).isFalse();
        // one hold was taken and one given back: without the pool's nothing keeps the mapping
        pool.close();
        assertThat(mapping.isUnmapped()).isTrue();
    }

    @Test
    void anEvictedMappingStaysUntilItIsLetGo() {
        MappingPool pool = pool(2);
        KeptMappings kept = new KeptMappings(8, changed);
        LazyFile file = file(pool, "a");
        MappedFile mapping = keep(kept, file);
        for (int i = 0; i < 8; i++) {
            touch(file(pool, "other" + i));
        }
        assertThat(pool.size()).isEqualTo(2);
        assertThat(mapping.tryRetain()).as("held").isTrue();
        mapping.release();
        assertThat(keep(kept, file)).as("found, not mapped again").isSameAs(mapping);
        mapping.memory().set(ValueLayout.JAVA_BYTE, 7, (byte) 42);
        kept.releaseAll();
        assertThat(mapping.isUnmapped()).isTrue();

        MappedFile again = keep(kept, file);
        assertThat(again).isNotSameAs(mapping);
        assertThat(again.memory().get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 42);
        kept.releaseAll();
        pool.close();
    }

    @Test
    void letsTheOldestGoForOneMoreThanItMayHold() {
        MappingPool pool = pool(8);
        KeptMappings kept = new KeptMappings(6, changed);
        assertThat(kept.limit()).isEqualTo(3);
        List<LazyFile> files = new ArrayList<>();
        List<MappedFile> mappings = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            files.add(file(pool, "f" + i));
            mappings.add(keep(kept, files.get(i)));
            assertThat(kept.count()).isEqualTo(Math.min(i + 1, 3));
        }
        pool.close();
        assertThat(mappings.stream().map(MappedFile::isUnmapped)).containsExactly(true, true, false, false, false);
        // what was let go early is in the list as well, what is held not yet
        assertThat(files.get(1).markDirty()).isFalse();
        assertThat(files.get(2).markDirty()).isTrue();
        kept.releaseAll();
        assertThat(mappings).allMatch(MappedFile::isUnmapped);
    }

    @Test
    void holdsNoMoreThanHalfOfWhatThePoolHoldsAndAtLeastOne() {
        assertThat(new KeptMappings(1, changed).limit()).isOne();
        assertThat(new KeptMappings(8, changed).limit()).isEqualTo(4);
        assertThat(new KeptMappings(1_000_000, changed).limit()).isEqualTo(512);
    }

    @Test
    void aFileIsForcedWhenItWasLetGo() {
        MappingPool pool = pool(8);
        KeptMappings kept = new KeptMappings(8, changed);
        LazyFile file = file(pool, "a");
        keep(kept, file);
        kept.releaseAll();
        assertThat(file.markDirty()).as("in the list, once").isFalse();
        changed.beginPass();
        assertThat(changed.force(Clock.system(), Clock.system().nanos())).isTrue();
        assertThat(file.markDirty()).as("taken from the list").isTrue();
        pool.close();
    }

    @Test
    void aDeletedFileIsNotMappedAgainAndAHeldOneStays() {
        MappingPool pool = pool(8);
        KeptMappings kept = new KeptMappings(8, changed);
        LazyFile held = file(pool, "held");
        MappedFile mapping = keep(kept, held);
        held.delete();
        mapping.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        kept.releaseAll();
        assertThat(mapping.isUnmapped()).isTrue();
        assertThat(kept.keep(held)).isNull();
        assertThat(kept.count()).isZero();
        // it is still in the list of those to force, which does no harm
        changed.beginPass();
        assertThat(changed.force(Clock.system(), Clock.system().nanos())).isTrue();
        assertThat(root.resolve("held")).doesNotExist();
    }

    @Test
    void aFileThatCanNotBeMadeLeavesWhatIsHeld() throws IOException {
        MappingPool pool = pool(8);
        KeptMappings kept = new KeptMappings(1, changed);
        MappedFile mapping = keep(kept, file(pool, "a"));
        Files.createDirectory(root.resolve("in-the-way"));
        LazyFile broken = file(pool, "in-the-way");
        assertThatThrownBy(() -> kept.keep(broken))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("in-the-way");
        assertThat(kept.count()).isOne();
        kept.releaseAll();
        pool.close();
        assertThat(mapping.isUnmapped()).isTrue();
    }

    @Test
    void noQueueOrIndexFileIsHeldBetweenBatchesNorAfterAFailedOne() throws IOException {
        String[] settings = {"firn.queue.maxMappedFiles=8"};
        try (Store store = Store.open(root, settings)) {
            KeptMappings kept = store.queues.entryFiles().kept();
            for (int i = 0; i < 30; i++) {
                store.append(Message.of("T", i % 20, Integer.toString(i), "UNIQ_KEY=k" + i));
            }
            store.dispatch();
            assertThat(kept.count()).isZero();
            assertThat(kept.limit()).isEqualTo(4);

            store.watchFaults();
            Path inTheWay = Files.createFile(root.resolve("consumequeue/U"));
            long before = store.append(Message.of("T", 3, "before", "UNIQ_KEY=before"));
            store.append(Message.of("U", 0, "fails", "UNIQ_KEY=fails"));
            store.dispatch();
            assertThat(store.faults).singleElement().isInstanceOf(StorageException.class);
            assertThat(kept.count()).isZero();
            assertThat(store.dispatcher.dispatched().get()).isGreaterThan(before);

            Files.delete(inTheWay);
            store.clock.advanceMillis(2_000);
            store.dispatch();
            store.forcer.forceNow();
            assertThat(store.bodies("U", 0, 0)).containsExactly("fails");
            assertThat(store.bodies("T", 3, 0)).containsExactly("3", "23", "before");
            assertThat(store.queues.closeIdle() + store.queues.closeIdle()).isBetween(1, 8);
            assertThat(store.queues.mappedFiles()).isZero();
        }
    }

    @Test
    void allThatIsDispatchedIsForcedWhenMoreFilesAreWrittenToThanAreHeld() {
        int queues = 40;
        String[] settings = {"firn.queue.maxMappedFiles=8"};
        try (Store store = Store.open(root, settings)) {
            for (int i = 0; i < 200; i++) {
                store.append(Message.of("T", i % queues, Integer.toString(i)));
            }
            store.dispatch();
            List<LazyFile> files = new ArrayList<>();
            for (int queue = 0; queue < queues; queue++) {
                files.add(Objects.requireNonNull(
                                Objects.requireNonNull(store.queues.find("T", queue)).files().at(0))
                        .file());
            }
            assertThat(files).noneMatch(LazyFile::markDirty);
            store.forcer.forceNow();
            assertThat(files).allMatch(LazyFile::markDirty);
            assertThat(store.queues.forced().get())
                    .isEqualTo(store.dispatcher.dispatched().get());
        }
    }

    private static MappingPool pool(int limit) {
        return new MappingPool(limit, new Metrics().counter("firn_test_maps_total", "Mappings made."));
    }

    private LazyFile file(MappingPool pool, String name) {
        return new LazyFile(pool, root.resolve(name), LENGTH);
    }

    private static MappedFile keep(KeptMappings kept, LazyFile file) {
        return Objects.requireNonNull(kept.keep(file));
    }

    private static void touch(LazyFile file) {
        Objects.requireNonNull(file.acquire(Access.CREATE)).release();
    }
}
