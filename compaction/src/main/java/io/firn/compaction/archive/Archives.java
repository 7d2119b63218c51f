package io.firn.compaction.archive;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.OutputFile;
import io.firn.compaction.segment.SealedFile;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.QueueDirectory;
import io.firn.compaction.store.QueueName;
import io.firn.spi.objects.ObjectSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The archives of all queues: gives each its own, and brings a queue back to a disk that has nothing of it. Stateless; any
 * thread that may block.
 */
public final class Archives {

    private final ObjectSpace space;
    private final ArchiveTools tools;

    /** In this space. */
    public Archives(ObjectSpace space, ArchiveTools tools) {
        this.space = space;
        this.tools = tools;
    }

    /** How they are kept. */
    public ArchiveSettings settings() {
        return tools.settings();
    }

    /** Whether there is a storage now. */
    public ObjectSpace.State state() {
        return space.state();
    }

    /** The archive of a queue that is being opened. */
    public QueueArchive of(QueueName queue) {
        return new QueueArchive(new Remote(queue, space), tools);
    }

    /**
     * Brings the archived generation of a queue to a directory without one; nothing happens when there is none. Every file is
     * compared with its checksum and durable before the generation counts; what an interrupted restore has brought is used.
     *
     * @return the generation; null when none was restored
     * @throws DamagedArchiveException when an object is gone or is not what was stored: the directory then has no generation
     * @throws IOException when the storage or the disk fails, or a storage is awaited or required and not there: to be tried
     *     again
     */
    public @Nullable Manifest restore(Disk disk, Path path, QueueName queue) throws IOException {
        QueueDirectory directory = QueueDirectory.at(disk, path);
        if (tools.settings().mode() == ArchiveSettings.Mode.OFF || directory.hasGeneration() || !isThere(queue)) {
            return null;
        }
        Remote remote = new Remote(queue, space);
        ArchivedGeneration newest = remote.newest();
        Manifest manifest = newest == null ? null : newest.manifest();
        if (manifest == null) {
            return null;
        }
        disk.createDirectories(path);
        Set<String> brought = new HashSet<>(directory.list());
        for (ArchivedFile file : ArchivedFile.of(manifest)) {
            Path target = path.resolve(file.name());
            if (!brought.contains(file.name()) || !isSound(disk, target, file)) {
                disk.delete(target);
                fetch(remote, disk, target, file);
            }
        }
        disk.syncDirectory(path);
        directory.restore(manifest);
        return manifest;
    }

    private boolean isThere(QueueName queue) throws IOException {
        boolean required = tools.settings().mode() == ArchiveSettings.Mode.REQUIRED;
        return switch (space.state()) {
            case READY -> true;
            case AWAITED ->
                throw new IOException("queue " + queue + " has no files here; whether it has some in object"
                        + " storage is known when that is there, which is awaited");
            case ABSENT -> {
                if (required) {
                    throw new IOException("queue " + queue + " has no files here, and archive=required: it is opened"
                            + " when there is object storage to restore it from");
                }
                yield false;
            }
        };
    }

    private static boolean isSound(Disk disk, Path path, ArchivedFile file) {
        try (SealedFile sealed = SealedFile.open(disk, path, file.kind(), file.mark())) {
            sealed.verify();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void fetch(Remote remote, Disk disk, Path target, ArchivedFile file) throws IOException {
        try (OutputFile out = disk.create(target)) {
            remote.fetch(file.object(remote.names()), file.mark(), out::write);
            out.sync();
        }
        tools.counts().fetched().accept(file.mark().bytes());
    }
}
