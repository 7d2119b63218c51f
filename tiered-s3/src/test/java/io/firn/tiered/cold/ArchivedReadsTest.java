package io.firn.tiered.cold;

import io.firn.spi.cold.ColdReader;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameView;
import io.firn.spi.tck.ColdReaderContract;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.QueueMap;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.StoreConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Cold reads keep the SPI's contract; the archive has slices of a few messages, so every walk crosses objects. */
final class ArchivedReadsTest extends ColdReaderContract {
    private static final int MESSAGES_PER_SLICE = 3;
    private static final ColdSettings SETTINGS = new ColdSettings(8 << 20, 1 << 20, 1 << 20, 3);

    private final CancelToken cancel = new CancelToken();
    private final Random random = new Random(42);
    private final List<AutoCloseable> closing = new ArrayList<>();

    private long others;

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    @Override
    protected ColdReader open(List<ByteBuffer> archived, Executor io) {
        ObjectStores stores = ObjectStores.open(
                StoreConfig.of(directory.resolve("s" + closing.size()).toUri()), random);
        ObjectStore store = stores.forPurpose(Purpose.MISS);
        ArchiveKeys keys = new ArchiveKeys("00/c/b/");
        ArchiveLog log = ArchiveLog.over(store, keys, random);
        log.fence(cancel);
        QueueMap queues = new QueueMap(1 << 20);
        Archive archive = new Archive(queues, Catalogue.EMPTY);
        for (int i = 0; i < archived.size(); i += MESSAGES_PER_SLICE) {
            List<ByteBuffer> slice = archived.subList(i, Math.min(archived.size(), i + MESSAGES_PER_SLICE));
            long base = base(log, slice);
            ByteBuffer bytes = joined(base, slice);
            ObjectRef object = StoredSlice.put(store, keys, base, bytes, random);
            log.add(new Catalogue.Slice(base, base + bytes.remaining(), List.of(object)), cancel);
            queues.add(
                    base,
                    base + bytes.remaining(),
                    List.of(RpkReader.open(new StoredBytes(store, object.key(), cancel))));
            archive.publish(queues, log.catalogue());
        }
        ColdReads reads = new ColdReads(
                archive,
                new ColdReads.Lines(store, store, io, () -> true, cancel),
                new ColdReads.Time(System::nanoTime, (delay, task) -> () -> {}),
                SETTINGS);
        closing.add(reads);
        closing.add(stores);
        return reads;
    }

    /** The contract's messages have holes between them: those before a slice's first are recorded as lost. */
    private long base(ArchiveLog log, List<ByteBuffer> slice) {
        long first = new FrameView().wrap(slice.getFirst()).position();
        long upTo = log.catalogue().archivedUpTo();
        if (upTo >= 0 && upTo < first) {
            log.gap(upTo, first, cancel);
        }
        return first;
    }

    private ByteBuffer joined(long base, List<ByteBuffer> slice) {
        FrameView last = new FrameView().wrap(slice.getLast());
        ByteBuffer bytes = ByteBuffer.allocate((int) (last.position() + last.totalSize() - base));
        int end = 0;
        for (ByteBuffer message : slice) {
            int at = (int) (new FrameView().wrap(message).position() - base);
            if (at > end) {
                bytes.put(end, other(base + end, at - end), 0, at - end);
            }
            bytes.put(at, message, message.position(), message.remaining());
            end = at + message.remaining();
        }
        return bytes;
    }

    /** A message of another queue, which fills the hole between two of the contract's. */
    private ByteBuffer other(long position, int size) {
        QueueRef queue = new QueueRef("other", 0);
        int least = FrameBuilder.in(queue).build().remaining();
        return FrameBuilder.in(queue)
                .offset(others++)
                .position(position)
                .body("x".repeat(size - least))
                .build();
    }
}
