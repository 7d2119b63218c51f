package io.firn.compaction.store;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.segment.NewerFormatException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentFiles;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The compacted part of one queue. Any thread takes a {@link View} and reads; one thread at a time (the owner: whoever runs the
 * queue's pass) commits, sweeps, reloads and closes. All fields but {@code current} belong to the owner.
 */
public final class CompactedQueue implements AutoCloseable {

    private final QueueName name;
    private final QueueDirectory directory;
    private final Retired retired = new Retired();
    private volatile View current;
    private volatile @Nullable String alarm;
    private Set<String> currentNames = Set.of();
    private @Nullable View previous;
    private Set<String> previousNames = Set.of();
    private long lastGeneration;
    private long previousUntil;
    private boolean mustReload;

    private CompactedQueue(QueueName name, QueueDirectory directory, View empty) {
        this.name = name;
        this.directory = directory;
        this.current = empty;
    }

    /**
     * Opens what the last committed generation left, or an empty queue. Throws when neither that generation nor an older one
     * is readable, when a newer version wrote it, or when it belongs to another queue: the directory is then left untouched.
     */
    public static CompactedQueue open(Disk disk, Path path, QueueName name, RandomGenerator seeds) throws IOException {
        disk.createDirectories(path);
        View empty = new View(Manifest.empty(name, seeds.nextLong(), seeds.nextLong()), List.of());
        CompactedQueue queue = new CompactedQueue(name, new QueueDirectory(disk, path), empty);
        queue.load();
        return queue;
    }

    /**
     * Gives up records of the log that cannot be read: a hole in front of what is compacted. For an operator; on the owner's
     * thread.
     */
    public void skip(Hole hole, long now) throws IOException {
        Manifest manifest = current.manifest();
        commit(
                manifest.next(nextGeneration(), now, manifest.progress(), manifest.segments())
                        .withHole(hole),
                Long.MAX_VALUE);
    }

    /** Reads the state on disk again; for use after {@link UncertainCommitException}. Views given out stay readable. */
    public void reloadIfUncertain() throws IOException {
        if (mustReload) {
            load();
            mustReload = false;
        }
    }

    private void load() throws IOException {
        List<String> names = directory.list();
        lastGeneration = Math.max(lastGeneration, QueueDirectory.highestNumber(names));
        if (!QueueDirectory.hasCurrent(names) && QueueDirectory.manifests(names).isEmpty()) {
            directory.keepOnly(this::isKept);
            return;
        }
        View loaded = loadNewest(names);
        if (loaded == null) {
            directory.keepOnly(this::isKept);
            return;
        }
        View old = current;
        current = loaded;
        currentNames = QueueDirectory.files(loaded.manifest());
        old.release();
        forgetPrevious();
        // CURRENT may be a name that only memory knows: nothing it replaced may go before it is durable
        directory.sync();
        directory.keepOnly(this::isKept);
    }

    /** The current generation or, when it is damaged, the newest older one that is whole; null before the first commit. */
    private @Nullable View loadNewest(List<String> names) throws IOException {
        boolean hasCurrent = QueueDirectory.hasCurrent(names);
        long wanted = Long.MAX_VALUE;
        IOException damage;
        try {
            wanted = hasCurrent
                    ? directory.readCurrent()
                    : QueueDirectory.manifests(names).getFirst();
            return openView(checked(directory.readManifest(wanted)));
        } catch (NewerFormatException | OtherIncarnationException e) {
            throw e;
        } catch (IOException e) {
            damage = e;
        }
        for (long generation : QueueDirectory.manifests(names)) {
            if (generation < wanted) {
                try {
                    View view = openView(checked(directory.readManifest(generation)));
                    alarm = "generation " + generation + " is used, a newer one is damaged: " + damage.getMessage();
                    return view;
                } catch (IOException e) {
                    damage.addSuppressed(e);
                }
            }
        }
        if (!hasCurrent) {
            return null;
        }
        throw new IOException(
                "queue " + name + " has no readable generation in " + directory.path()
                        + "; restore the directory, or delete it to compact anew from what the log still has: "
                        + damage.getMessage(),
                damage);
    }

    private Manifest checked(Manifest manifest) throws IOException {
        if (!manifest.queue().incarnation().equals(name.incarnation())) {
            throw new OtherIncarnationException(directory.path(), manifest.queue(), name);
        }
        if (!manifest.queue().equals(name)) {
            throw new IOException("directory " + directory.path() + " holds " + manifest.queue()
                    + " with keys from property " + manifest.queue().keyProperty() + ", not " + name
                    + " with keys from property " + name.keyProperty());
        }
        return manifest;
    }

    private View openView(Manifest manifest) throws IOException {
        Map<SegmentName, SegmentFiles> known = new HashMap<>();
        for (Segment segment : current.segments()) {
            known.put(segment.meta().name(), segment.files());
        }
        List<Segment> segments = new ArrayList<>();
        try {
            for (SegmentMeta meta : manifest.segments()) {
                segments.add(openSegment(meta, known.get(meta.name())));
            }
        } catch (IOException e) {
            for (Segment segment : segments) {
                segment.files().release();
            }
            throw e;
        }
        return new View(manifest, segments);
    }

    private Segment openSegment(SegmentMeta meta, @Nullable SegmentFiles known) throws IOException {
        Disk disk = directory.disk();
        SegmentFiles files = known;
        if (files == null) {
            files = SegmentFiles.open(disk, directory.path(), meta, retired);
        } else {
            files.retain();
        }
        try {
            return Segment.open(disk, directory.path(), meta, files);
        } catch (IOException e) {
            files.release();
            throw e;
        }
    }

    /** The present generation, retained: the caller releases it. Never waits. */
    public View acquire() {
        View view = current;
        while (!view.tryRetain()) {
            view = current;
        }
        return view;
    }

    /** The present manifest. */
    public Manifest manifest() {
        return current.manifest();
    }

    /** What went wrong when the queue was opened, if it could be opened nevertheless. */
    public Optional<String> alarm() {
        return Optional.ofNullable(alarm);
    }

    /** Which queue. */
    public QueueName name() {
        return name;
    }

    /** Where its files are. */
    public QueueDirectory directory() {
        return directory;
    }

    /** A number for one attempt to write files; never given out twice. */
    public long nextGeneration() {
        return ++lastGeneration;
    }

    /**
     * Makes a generation count, whose files are all written and synced. Afterwards it is what {@link #acquire()} gives. The
     * generation it replaces stays on disk, to fall back on, until the next commit or {@link #dropPrevious()}, which is due at
     * {@code keepPreviousUntil} (ms): then what was compacted away must be gone; 0 keeps nothing. After an {@link UncertainCommitException} the next call must be {@link #reloadIfUncertain()}; after another exception the old
     * generation counts.
     */
    public void commit(Manifest next, long keepPreviousUntil) throws IOException {
        View opened = openView(next);
        try {
            directory.prepare(next);
        } catch (IOException e) {
            opened.release();
            throw e;
        }
        try {
            directory.switchCurrent();
        } catch (IOException e) {
            opened.release();
            mustReload = true;
            throw new UncertainCommitException(name, e);
        }
        publish(opened, keepPreviousUntil);
    }

    private void publish(View opened, long keepPreviousUntil) throws IOException {
        View replaced = current;
        Set<String> replacedNames = currentNames;
        current = opened;
        currentNames = QueueDirectory.files(opened.manifest());
        alarm = null;
        Set<String> olderNames = previousNames;
        forgetPrevious();
        previous = replaced;
        previousNames = replacedNames;
        previousUntil = keepPreviousUntil;
        deleteUnkept(olderNames);
        if (keepPreviousUntil == 0) {
            dropPrevious();
        }
    }

    private void forgetPrevious() {
        if (previous != null) {
            previous.release();
            previous = null;
            previousNames = Set.of();
        }
    }

    /** When {@link #dropPrevious()} is due, ms; {@link Long#MAX_VALUE} when there is no previous generation. */
    public long previousUntil() {
        return previous == null ? Long.MAX_VALUE : previousUntil;
    }

    /** Deletes the generation before the present one, as far as no reader holds it. */
    public void dropPrevious() throws IOException {
        Set<String> names = previousNames;
        forgetPrevious();
        deleteUnkept(names);
    }

    /** Files of segments go when their last reader lets go of them, the small ones at once. */
    private void deleteUnkept(Set<String> names) throws IOException {
        List<String> small = new ArrayList<>();
        for (String name : names) {
            if (!isKept(name) && !name.endsWith(".log") && !name.endsWith(".idx") && !name.endsWith(".keys")) {
                small.add(name);
            }
        }
        directory.delete(small);
        sweep();
    }

    private boolean isKept(String file) {
        return currentNames.contains(file) || previousNames.contains(file);
    }

    /** Unmaps and deletes what the last reader has let go of. */
    public void sweep() throws IOException {
        retired.sweep(directory, this::isKept);
    }

    /** Deletes what a failed attempt left. */
    public void discardAttempt() throws IOException {
        if (!mustReload) {
            directory.keepOnly(this::isKept);
        }
    }

    /** Lets go of all files; views still held keep theirs mapped until they are released. */
    @Override
    public void close() {
        current.release();
        forgetPrevious();
        retired.close();
    }
}
