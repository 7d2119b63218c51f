package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.log.CorruptLogException;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dispatcher does when the disk or the log is not as it should be. */
final class DispatcherTest {

    @TempDir
    Path root;

    @Test
    void tellsOnceThatAQueueCanNotBeWrittenAndGoesOnWhenItCan() throws IOException {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "before"));
            Path inTheWay = Files.createFile(root.resolve("consumequeue/U"));
            store.append(Message.of("U", 0, "u"));
            store.append(Message.of("T", 0, "after"));
            store.watchFaults();
            store.dispatch();
            store.clock.advance(Duration.ofSeconds(2));
            store.dispatch();

            assertThat(store.faults)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            StorageException.class, fault -> assertThat(fault).hasMessageContaining("consumequeue"));
            assertThat(store.bodies("T", 0, 0)).containsExactly("before");
            assertThat(store.dispatcher.idleNanos()).isEqualTo(1_000_000_000L);

            Files.delete(inTheWay);
            store.dispatch();
            assertThat(store.bodies("U", 0, 0))
                    .as("not before the pause is over")
                    .isEmpty();
            store.clock.advance(Duration.ofSeconds(1));
            store.dispatch();
            assertThat(store.bodies("U", 0, 0)).containsExactly("u");
            assertThat(store.bodies("T", 0, 0)).containsExactly("before", "after");
            assertThat(store.dispatcher.idleNanos()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void stopsAtDamageInTheLogAndNamesFileAndPosition() throws IOException {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "good"));
            long damaged = store.append(Message.of("T", 0, "bad"));
            store.append(Message.of("T", 0, "behind"));
            store.watchFaults();
            overwrite(damaged + 4, 0);
            store.dispatch();

            assertThat(store.faults).singleElement().isInstanceOfSatisfying(CorruptLogException.class, fault -> {
                assertThat(fault.position()).isEqualTo(damaged);
                assertThat(fault).hasMessageContaining("00000000000000000000");
            });
            assertThat(store.bodies("T", 0, 0)).containsExactly("good");
            assertThat(store.dispatcher.dispatched().get()).isEqualTo(damaged);

            overwrite(damaged + 4, 0xDAA320A7);
            store.clock.advance(Duration.ofSeconds(1));
            store.dispatch();
            assertThat(store.bodies("T", 0, 0)).containsExactly("good", "bad", "behind");
        }
    }

    @Test
    void givesNoTailBeforeTheLogIsDispatched() {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "x"));
        }
        try (Store store = Store.open(root)) {
            ConsumeQueues early = ConsumeQueues.open(
                    store.config, root.resolve("elsewhere"), store.log, new io.firn.broker.runtime.Metrics());
            assertThatThrownBy(() -> early.tail("T", 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("T-0");
            early.close();
        }
    }

    @Test
    void claimsInTheCheckpointOnlyWhatWasForced() throws IOException {
        long atForce;
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "1"));
            atForce = store.log.appended().get();
            store.forcer.forceNow();
            assertThat(store.queues.forced().get()).isEqualTo(atForce);
            store.put(Message.of("T", 0, "2"));
            assertThat(store.queues.forced().get()).isEqualTo(atForce);
            assertThat(readLong(root.resolve("checkpoint"), 40)).isEqualTo(atForce);
            assertThat(readLong(root.resolve("checkpoint"), 8)).isEqualTo(store.clock.millis());
        }
        assertThat(readLong(root.resolve("checkpoint"), 40)).isGreaterThan(atForce);
    }

    @Test
    void doesNotTrustUnforcedFilesWhenTheMachineWentDownAfterACleanStop() throws IOException {
        QueueSnapshot.Content content;
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "1", "KEYS=k"));
            store.forcer.forceNow();
            store.put(Message.of("T", 0, "2", "KEYS=k"));
            store.closeWithoutForce();
        }
        content = java.util.Objects.requireNonNull(QueueSnapshot.take(root));
        assertThat(content.forced()).isLessThan(content.position());
        assertThat(content.bootId()).isEqualTo(QueueSnapshot.bootId());
        QueueSnapshot.write(
                root,
                new QueueSnapshot.Content(
                        content.fileBytes(),
                        content.position(),
                        content.forced(),
                        "an earlier boot",
                        content.entries()));
        // what was not forced is lost
        try (FileChannel channel =
                FileChannel.open(root.resolve("consumequeue/T/0/00000000000000000000"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(QueueUnit.BYTES), QueueUnit.BYTES);
        }
        try (Store store = Store.open(root)) {
            assertThat(store.queues.cutPosition()).isEqualTo(content.forced());
            assertThat(store.bodies("T", 0, 0)).containsExactly("1", "2");
            assertThat(store.index
                            .query("T", "k", KeyIndex.KeyType.KEY, new KeyIndex.Range(0, Long.MAX_VALUE), 10)
                            .positions())
                    .hasSize(2);
        }
    }

    @Test
    void trustsUnforcedFilesAfterACleanStopInTheSameBoot() {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "1"));
            store.closeWithoutForce();
        }
        try (Store store = Store.open(root)) {
            boolean known = !QueueSnapshot.bootId().isEmpty();
            assertThat(store.queues.cutPosition()).isEqualTo(known ? Long.MAX_VALUE : 0);
            assertThat(store.queues.forced().get()).isZero();
            assertThat(store.bodies("T", 0, 0)).containsExactly("1");
        }
    }

    private void overwrite(long position, int value) throws IOException {
        Path segment = root.resolve("commitlog/00000000000000000000");
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4).putInt(value).flip(), position);
        }
    }

    private static long readLong(Path file, int at) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).getLong(at);
    }
}
