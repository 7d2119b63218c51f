package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.RecoveryReport;
import io.firn.broker.log.RecoveryReport.LastStop;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which queues a store has and where each ends. Three ways: the snapshot of a clean stop, when the log still
 * ends where it ended then and the files can not have lost anything since; after another clean stop (another broker's,
 * say) a look at the end of each queue; else the same, cutting every queue back to what was safe on disk. Used while
 * opening, on one thread.
 */
final class QueueOpening {

    private static final Logger LOG = LoggerFactory.getLogger(QueueOpening.class);
    /** What a store with queues in RocksDB has in its queue directory. */
    private static final String ROCKSDB_FILE = "CURRENT";

    private final Path directory;
    private final EntryFiles entryFiles;
    private final CommitLog log;
    private final RecoveryReport recovery;
    private final List<QueueSnapshot.Entry> queues = new ArrayList<>();
    private final Set<QueueSnapshot.Entry> torn = new HashSet<>();
    private long dispatchFrom;
    private long forcedPosition;
    private long cutPosition = Long.MAX_VALUE;

    QueueOpening(Path root, EntryFiles entryFiles, CommitLog log) {
        this.directory = root.resolve("consumequeue");
        this.entryFiles = entryFiles;
        this.log = log;
        this.recovery = log.recovery();
        new QueueTrash(root).empty();
        QueueSnapshot.Content snapshot = QueueSnapshot.take(root);
        if (snapshot != null && snapshot.fileBytes() != entryFiles.fileBytes()) {
            throw new StorageException(directory + " has files of " + snapshot.fileBytes() + " bytes, not "
                    + entryFiles.fileBytes() + ": set mappedFileSizeConsumeQueue to what the store was written with");
        }
        List<QueueSnapshot.Entry> found = list();
        boolean clean = recovery.lastStop() == LastStop.CLEAN;
        if (snapshot == null || !clean || !isCurrent(snapshot, found)) {
            look(found, clean);
        } else if (snapshot.isSafe()) {
            queues.addAll(snapshot.entries());
            dispatchFrom = snapshot.position();
            forcedPosition = snapshot.forced();
        } else {
            LOG.warn("the machine went down after the last stop, before all queues were safe on disk");
            cut(found);
        }
    }

    List<QueueSnapshot.Entry> queues() {
        return queues;
    }

    /** Whether the end of one of {@link #queues} was damaged: it may lack records that lie before {@link #dispatchFrom}. */
    boolean isTorn(QueueSnapshot.Entry queue) {
        return torn.contains(queue);
    }

    /** Where dispatching goes on; 0 when nothing was dispatched that is still known. */
    long dispatchFrom() {
        return dispatchFrom;
    }

    /** Log position up to which the files are safe on disk. */
    long forcedPosition() {
        return forcedPosition;
    }

    /** Where queues were cut; {@link Long#MAX_VALUE} when they were not. */
    long cutPosition() {
        return cutPosition;
    }

    /** A queue that is known and has no directory any more is no reason for doubt: its files are made again. */
    private boolean isCurrent(QueueSnapshot.Content snapshot, List<QueueSnapshot.Entry> found) {
        if (snapshot.position() != recovery.end() || found.isEmpty()) {
            return false;
        }
        Set<QueueSnapshot.Entry> there = new HashSet<>(found);
        for (QueueSnapshot.Entry entry : snapshot.entries()) {
            if (!there.remove(new QueueSnapshot.Entry(entry.topic(), entry.queueId(), QueueEnd.NEW))) {
                LOG.warn(
                        "{} is gone: the queue is built again from the log when it is read",
                        entryFiles.directory(entry.topic(), entry.queueId()));
            }
        }
        return there.isEmpty();
    }

    private void look(List<QueueSnapshot.Entry> found, boolean clean) {
        if (!clean) {
            cut(found);
            return;
        }
        for (QueueSnapshot.Entry entry : found) {
            QueueScan scan = new QueueScan(entryFiles, entry, log, recovery.end());
            add(entry, scan.find(), scan);
        }
        forcedPosition = dispatchFrom;
        LOG.info("{} queues looked at, dispatching from {}", found.size(), dispatchFrom);
    }

    /** Takes back what may not have been safe on disk; it is dispatched again. */
    private void cut(List<QueueSnapshot.Entry> found) {
        cutPosition = Math.min(recovery.dispatchFrom(), recovery.end());
        for (QueueSnapshot.Entry entry : found) {
            QueueScan scan = new QueueScan(entryFiles, entry, log, cutPosition);
            add(entry, scan.cut(), scan);
        }
        dispatchFrom = found.isEmpty() ? 0 : cutPosition;
        forcedPosition = dispatchFrom;
        LOG.info("{} queues cut at {}, dispatching from {}", found.size(), cutPosition, dispatchFrom);
    }

    private void add(QueueSnapshot.Entry entry, QueueEnd end, QueueScan scan) {
        QueueSnapshot.Entry queue = new QueueSnapshot.Entry(entry.topic(), entry.queueId(), end);
        queues.add(queue);
        if (scan.isTorn()) {
            torn.add(queue);
        }
        dispatchFrom = Math.max(dispatchFrom, end.endPosition());
    }

    /** Every queue there is a directory for. */
    private List<QueueSnapshot.Entry> list() {
        List<QueueSnapshot.Entry> found = new ArrayList<>();
        for (Path topic : entriesOf(directory)) {
            String name = nameOf(topic);
            if (name.equals(ROCKSDB_FILE)) {
                throw new StorageException(directory + " holds consume queues in RocksDB (storeType=defaultRocksDB),"
                        + " which can not be read: open the store with file consume queues");
            }
            List<Path> ids = entriesOfTopic(topic);
            for (Path id : ids == null ? List.<Path>of() : ids) {
                found.add(new QueueSnapshot.Entry(name, queueId(id), QueueEnd.NEW));
            }
        }
        return found;
    }

    private static @Nullable List<Path> entriesOfTopic(Path topic) {
        if (Files.isRegularFile(topic)) {
            LOG.warn("{} is no directory of a topic and is left alone", topic);
            return null;
        }
        return entriesOf(topic);
    }

    private static int queueId(Path path) {
        String name = nameOf(path);
        try {
            int id = Integer.parseInt(name);
            if (ConsumeQueues.isQueueId(id) && name.equals(Integer.toString(id))) {
                return id;
            }
            throw new StorageException(path + " is no directory of a queue: remove it");
        } catch (NumberFormatException e) {
            throw new StorageException(path + " is no directory of a queue: remove it", e);
        }
    }

    private static List<Path> entriesOf(Path directory) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return paths;
        } catch (NotDirectoryException e) {
            throw new StorageException(directory + " is no directory: remove it", e);
        } catch (IOException e) {
            throw new StorageException("can not list " + directory + ": " + e, e);
        }
        return paths;
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }
}
