package io.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.compaction.archive.ArchiveSettings.Mode;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.fake.FakeObjectStorage;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.topic.QueueRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole plugin and an object storage, over the SPI's fakes. */
final class ArchivedPluginTest {

    private static final QueueRef QUEUE = new QueueRef("table", 0);
    private static final QueueRef OTHER = new QueueRef("other", 0);

    @TempDir
    Path directory;

    private final FakeObjectStorage storage = new FakeObjectStorage();
    private PluginRoom room;

    @AfterEach
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    private PluginRoom broker(String disk, Mode mode) throws Exception {
        CompactionConfig config = new CompactionConfig(
                ByteSize.ofMebibytes(64),
                ByteSize.ofMebibytes(64),
                1,
                mode,
                Duration.ofHours(1),
                Duration.ofMinutes(10));
        room = new PluginRoom(directory.resolve(disk), config, storage);
        return room;
    }

    private void archivedQueues() throws Exception {
        PluginRoom first = broker("first", Mode.AUTO);
        for (QueueRef queue : new QueueRef[] {QUEUE, OTHER}) {
            first.put(queue, "a", "1");
            first.put(queue, "b", "1");
            first.put(queue, "a", "2");
            QueueReader reader = first.open(queue);
            first.compact(reader, 3);
            first.archived(queue.topic());
        }
    }

    @Test
    void aGenerationIsArchivedAndStatusMetricsAndHealthSaySo() throws Exception {
        archivedQueues();
        assertThat(storage.objects().keySet())
                .extracting(ObjectKey::name)
                .anyMatch(name -> name.startsWith("table/"))
                .anyMatch(name -> name.contains(".log."));
        assertThat(room.context.metrics().value("archive_bytes")).isPositive();
        assertThat(room.health("archive")).isEqualTo("up");
    }

    @Test
    void aBrokerWithAnEmptyDiskHasItsQueuesBack() throws Exception {
        archivedQueues();
        room.close();
        PluginRoom second = broker("second", Mode.REQUIRED);
        QueueReader reader = second.open(QUEUE);
        assertThat(reader.nextOffsetFloor()).isEqualTo(3);
        assertThat(second.read(reader, 0)).isEqualTo(Map.of(1L, "1", 2L, "2"));
        assertThat(second.context.metrics().value("restored_bytes")).isPositive();
        second.archived("table");
    }

    @Test
    void aQueueWhoseArchiveIsDamagedIsOfflineByNameAndOthersAreNot() throws Exception {
        archivedQueues();
        room.close();
        ObjectKey lost = storage.objects().keySet().stream()
                .filter(key -> key.name().startsWith("table/") && key.name().contains(".idx."))
                .findFirst()
                .orElseThrow();
        byte[] bytes = storage.objects().remove(lost);
        PluginRoom second = broker("second", Mode.AUTO);
        assertThatThrownBy(() -> second.open(QUEUE))
                .hasMessageContaining(lost.name())
                .hasMessageContaining("is gone");
        assertThat(second.read(second.open(OTHER), 0)).hasSize(2);
        second.pass(Duration.ofSeconds(1));
        assertThat(second.health("queues")).contains("table/0 is offline").contains(lost.name());
        assertThat(second.status("table")).contains("offline").contains(lost.name());
        assertThat(second.status("other")).contains("cleanedTo=3");

        storage.objects().put(lost, bytes);
        assertThat(second.read(second.open(QUEUE), 0)).hasSize(2);
        second.pass(Duration.ofSeconds(1));
        assertThat(second.health("queues")).isEqualTo("up");
    }

    @Test
    void aQueueWithoutFilesWaitsForAStorageThatIsAwaited() throws Exception {
        archivedQueues();
        room.close();
        PluginRoom second = broker("second", Mode.AUTO);
        second.context.objects().leave(ObjectSpace.State.AWAITED);
        assertThatThrownBy(() -> second.open(QUEUE)).hasMessageContaining("awaited");
        second.context.objects().provide(storage);
        assertThat(second.read(second.open(QUEUE), 0)).hasSize(2);
    }

    @Test
    void aStorageThatIsAwayIsReportedOnceTheLagIsTooLongAndCaughtUpWith() throws Exception {
        PluginRoom broker = broker("first", Mode.AUTO);
        broker.context.objects().leave(ObjectSpace.State.AWAITED);
        broker.context.objects().provide(storage);
        broker.put(QUEUE, "a", "1");
        QueueReader reader = broker.open(QUEUE);
        broker.compact(reader, 1);
        broker.archived("table");
        broker.context.objects().leave(ObjectSpace.State.AWAITED);
        broker.put(QUEUE, "a", "2");
        broker.compact(reader, 2);
        broker.pass(Duration.ofSeconds(1));
        assertThat(broker.health("archive")).isEqualTo("up");
        broker.pass(Duration.ofMinutes(11));
        broker.pass(Duration.ofSeconds(1));
        assertThat(broker.health("archive"))
                .contains("table/0 is not archived for")
                .contains("AWAITED");
        broker.context.objects().provide(storage);
        broker.archived("table");
        await().atMost(PluginRoom.PATIENCE).until(() -> {
            broker.pass(Duration.ofSeconds(1));
            return broker.health("archive").equals("up");
        });
    }

    @Test
    void nobodyMissesAStorageThatNeverWasUnlessItIsRequired() throws Exception {
        PluginRoom broker = broker("first", Mode.AUTO);
        broker.context.objects().leave(ObjectSpace.State.ABSENT);
        broker.put(QUEUE, "a", "1");
        broker.compact(broker.open(QUEUE), 1);
        broker.pass(Duration.ofHours(1));
        broker.pass(Duration.ofSeconds(1));
        assertThat(broker.health("archive")).isEqualTo("up");
        broker.close();
        PluginRoom strict = broker("second", Mode.REQUIRED);
        strict.context.objects().leave(ObjectSpace.State.ABSENT);
        assertThatThrownBy(() -> strict.open(QUEUE)).hasMessageContaining("archive=required");
    }

    @Test
    void nothingIsArchivedNorRestoredWhenItIsOff() throws Exception {
        archivedQueues();
        room.close();
        int objects = storage.objects().size();
        PluginRoom second = broker("second", Mode.OFF);
        QueueReader reader = second.open(QUEUE);
        assertThat(reader.nextOffsetFloor()).isZero();
        second.put(QUEUE, "x", "1");
        second.compact(reader, 1);
        second.pass(Duration.ofMinutes(30));
        assertThat(storage.objects()).hasSize(objects);
        assertThat(second.status("table")).doesNotContain("archive");
    }

    @Test
    void anArchiveThatGoesOnElsewhereIsReported() throws Exception {
        archivedQueues();
        room.close();
        PluginRoom second = broker("second", Mode.OFF);
        second.put(QUEUE, "x", "1");
        second.compact(second.open(QUEUE), 1);
        second.close();
        PluginRoom third = broker("second", Mode.AUTO);
        third.put(QUEUE, "x", "1");
        third.open(QUEUE);
        await().atMost(PluginRoom.PATIENCE).until(() -> {
            third.pass(Duration.ofSeconds(1));
            return third.health("archive").contains("does not continue it");
        });
        assertThat(third.status("table")).contains("archiveTrouble=the archive has generation");
    }
}
