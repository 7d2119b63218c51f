package io.firn.compaction.archive;

import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.FileKind;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.Lineage;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.ManifestCodec;
import io.firn.compaction.store.View;
import io.firn.spi.contract.Deadline;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings one queue's archive up to its present generation. A series of numbered manifests, each created once, says which
 * generation counts; whoever finds the next number taken by another has been succeeded and stops for good. A new writer
 * takes a number before it stores anything else, so that its predecessor, who looks before he deletes, leaves its objects
 * alone. Owner: whoever runs it, one thread at a time; {@link #archived()} is for any.
 */
public final class QueueArchive {

    private final Remote remote;
    private final ArchiveTools tools;
    private final UUID writer = UUID.randomUUID();
    /** When each object was first seen that the archive needs no more, and how long it stays. */
    private final Map<String, Deadline> leaving = new HashMap<>();

    /** Number of the newest manifest; -1 before it was looked for. */
    private long head = -1;
    /** Whether the newest manifest is by this writer. */
    private boolean claimed;

    private @Nullable String foreign;
    private volatile @Nullable Manifest archived;

    QueueArchive(Remote remote, ArchiveTools tools) {
        this.remote = remote;
        this.tools = tools;
    }

    /** Generation that is in the archive for sure; 0 when none is, or nobody has looked yet. */
    public long archived() {
        Manifest known = archived;
        return known == null ? 0 : known.generation();
    }

    /** Whether {@link #run} has something to do. */
    public boolean isDue(CompactedQueue queue) {
        long generation = queue.manifest().generation();
        return generation != 0
                && (generation != archived() || leaving.values().stream().anyMatch(Deadline::isExpired));
    }

    /**
     * Archives the present generation, unless it is, and deletes what no generation needs any more.
     *
     * @throws ForeignArchiveException when the archive is another writer's, now and at every later call
     * @throws CorruptFileException when a file on the disk is not what its manifest says
     * @throws DamagedArchiveException when an object is not what was stored
     * @throws ObjectException when the storage fails; tried again later it goes on where it was
     */
    public void run(CompactedQueue queue) throws IOException {
        if (foreign != null) {
            throw new ForeignArchiveException(foreign);
        }
        View view = queue.acquire();
        try {
            Manifest wanted = view.manifest();
            if (head < 0) {
                takeOver(queue, wanted);
            }
            if (!isArchived(wanted)) {
                claim();
                upload(queue, view);
                commit(wanted);
            }
            sweep(wanted);
        } finally {
            view.release();
        }
    }

    private boolean isArchived(Manifest wanted) {
        Manifest known = archived;
        return known != null && Arrays.equals(ManifestCodec.encode(known), ManifestCodec.encode(wanted));
    }

    /** Looks what is there, and whether it may be continued. */
    private void takeOver(CompactedQueue queue, Manifest wanted) throws IOException {
        ArchivedGeneration newest = remote.newest();
        if (newest == null) {
            head = 0;
            return;
        }
        Manifest there = newest.manifest();
        if (there != null && !continues(there, wanted)) {
            throw stop("the archive has generation " + there.generation() + " of " + remote.queue()
                    + ", compacted up to offset " + there.cleanedTo() + ", and this broker's generation "
                    + wanted.generation() + ", up to " + wanted.cleanedTo()
                    + ", does not continue it: nothing is archived. To go on with the archive's, stop the broker and"
                    + " delete " + queue.directory().path() + "; to archive this broker's, stop it and delete the"
                    + " objects below " + remote.names().directory());
        }
        head = newest.number();
        archived = there;
    }

    /** Whether a generation may follow one in the archive: it is the same, or a later one of the same life. */
    private static boolean continues(Manifest there, Manifest wanted) {
        Lineage past = there.lineage();
        Lineage present = wanted.lineage();
        boolean related = past.seed0() == present.seed0() && past.seed1() == present.seed1();
        boolean later = past.generation() < present.generation() && there.cleanedTo() <= wanted.cleanedTo();
        return related && (later || Arrays.equals(ManifestCodec.encode(there), ManifestCodec.encode(wanted)));
    }

    private ForeignArchiveException stop(String reason) {
        foreign = reason;
        return new ForeignArchiveException(reason);
    }

    private void claim() throws IOException {
        if (!claimed) {
            commit(archived);
        }
    }

    /** Makes a generation count in the archive, all of whose objects are there. */
    private void commit(@Nullable Manifest manifest) throws IOException {
        while (true) {
            long number = head + 1;
            byte[] bytes = new ArchivedGeneration(number, writer, tools.clock().millis(), manifest).encode();
            String name = remote.names().manifest(number);
            boolean created = remote.create(name, new ObjectContent.Bytes(List.of(ByteBuffer.wrap(bytes))))
                    .isPresent();
            ArchivedGeneration there = readBack(number, created);
            if (!there.writer().equals(writer)) {
                throw stop("queue " + remote.queue() + " is archived by another broker since " + name
                        + ": this one has been succeeded and archives it no more until it is started again");
            }
            // not created: by an earlier call of this writer whose answer was lost
            head = number;
            claimed = true;
            archived = there.manifest();
            if (created || Arrays.equals(there.encode(), bytes)) {
                return;
            }
        }
    }

    private ArchivedGeneration readBack(long number, boolean created) throws IOException {
        try {
            return remote.read(number);
        } catch (DamagedArchiveException e) {
            if (created) {
                // never whole: nobody has seen it as the generation that counts
                remote.space().delete(remote.names().manifest(number));
            }
            throw e;
        }
    }

    /** Stores the files that the archived generation does not have. */
    private void upload(CompactedQueue queue, View view) throws IOException {
        Set<String> there = objects(archived);
        Map<String, Segment> segments = new HashMap<>();
        for (Segment segment : view.segments()) {
            segments.put(segment.meta().name().stem(), segment);
        }
        for (ArchivedFile file : ArchivedFile.of(view.manifest())) {
            if (!there.contains(file.object(remote.names()))) {
                Segment segment = segments.get(file.segment().name().stem());
                if (segment == null) {
                    throw new IllegalStateException(file.name() + " is of no segment");
                }
                tools.pace().take(file.mark().bytes());
                store(queue, file, content(queue, segment, file));
                tools.stored(file.mark().bytes());
            }
        }
    }

    private static ObjectContent content(CompactedQueue queue, Segment segment, ArchivedFile file) throws IOException {
        byte[] live = file.kind() == FileKind.LIVE ? segment.liveFile() : null;
        return live == null
                ? queue.directory()
                        .disk()
                        .content(
                                queue.directory().path().resolve(file.name()),
                                file.mark().bytes())
                // a generation's live bits leave the disk when the next one comes
                : new ObjectContent.Bytes(List.of(ByteBuffer.wrap(live)));
    }

    private void store(CompactedQueue queue, ArchivedFile file, ObjectContent content) throws IOException {
        String name = file.object(remote.names());
        OptionalInt sent = remote.create(name, content);
        if (sent.isEmpty()) {
            if (remote.isWhole(name, file.mark())) {
                return; // by an attempt that did not get to its manifest
            }
            remote.space().delete(name);
            sent = remote.create(name, content);
        }
        if (sent.isPresent() && sent.getAsInt() != file.mark().fileCrc()) {
            remote.space().delete(name);
            throw new CorruptFileException(
                    queue.directory().path().resolve(file.name()), 0, "is not what its manifest lists any more");
        }
        if (!remote.isWhole(name, file.mark())) {
            remote.space().delete(name);
            throw new ObjectException(Reason.DAMAGED, name + " is not in the storage as it was sent");
        }
    }

    private Set<String> objects(@Nullable Manifest manifest) {
        Set<String> names = new HashSet<>();
        if (manifest != null) {
            ArchivedFile.of(manifest).forEach(file -> names.add(file.object(remote.names())));
        }
        return names;
    }

    /** Deletes what has not been needed for the grace; what is needed no more since now is noted. */
    private void sweep(Manifest present) throws IOException {
        Set<String> needed = objects(archived);
        needed.addAll(objects(present));
        needed.add(remote.names().manifest(head));
        Set<String> seen = new HashSet<>();
        List<String> due = new ArrayList<>();
        for (StoredObject object : remote.list(remote.names().directory())) {
            String name = object.name();
            if (!needed.contains(name)) {
                seen.add(name);
                if (leaving.computeIfAbsent(name, unneeded -> tools.graceFromNow())
                        .isExpired()) {
                    due.add(name);
                }
            }
        }
        leaving.keySet().retainAll(seen);
        if (!due.isEmpty()) {
            claim();
            delete(due);
        }
    }

    private void delete(List<String> due) throws IOException {
        // a successor's objects look like what an attempt left: only who has none deletes
        if (!remote.space()
                .list(remote.names().manifests(), remote.names().manifest(head), 1)
                .isEmpty()) {
            throw stop("queue " + remote.queue() + " is archived by another broker: this one has been succeeded and"
                    + " archives it no more until it is started again");
        }
        for (String name : due) {
            remote.space().delete(name);
            leaving.remove(name);
            tools.deleted();
        }
    }
}
