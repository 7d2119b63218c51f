package io.firn.tiered.commit;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer's or reader's view of the archive log. A record is committed when its create-only put succeeded and the
 * boundary, read after it, does not lie above it. Owned by one thread, which every method blocks.
 *
 * <p>After a {@link StoreException.Retryable} of a commit its effect is unknown: the record is kept, and {@link #retry}
 * must succeed before anything else is committed. {@link FencedOut} is final.
 */
public final class ArchiveLog {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveLog.class);
    private static final int RECORD_BYTES = 64 << 10;

    private static final String HELP =
            "; with catalogue.lost=rebuild the next start makes the catalogue anew from the objects";

    private final ObjectStore store;
    private final ArchiveKeys keys;
    private final BoundarySeries boundary;
    private final Checkpoints checkpoints;
    private final UUID instance;
    private final RandomGenerator random;
    private Catalogue catalogue = Catalogue.EMPTY;
    private long epoch;
    private @Nullable Pending pending;

    /** A record whose put was begun. */
    private record Pending(LogRecord record, byte[] bytes, WriteId writeId) {}

    ArchiveLog(ObjectStore store, ArchiveKeys keys, BoundarySeries boundary, RandomGenerator random) {
        this.store = store;
        this.keys = keys;
        this.boundary = boundary;
        this.checkpoints = new Checkpoints(store, keys, random);
        this.random = random;
        this.instance = new UUID(random.nextLong(), random.nextLong());
    }

    /** A view that knows nothing yet; {@link #recover} or {@link #fence} comes next. */
    public static ArchiveLog over(ObjectStore store, ArchiveKeys keys, RandomGenerator random) {
        return new ArchiveLog(store, keys, new BoundarySeries(store, keys), random);
    }

    /** What the log said when it was last read or written. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** The epoch this writer holds; 0 for a reader. */
    public long epoch() {
        return epoch;
    }

    /**
     * Reads newest checkpoint and tail.
     *
     * @throws CorruptArchive a record is missing or damaged, and no checkpoint covers it
     */
    public Catalogue recover(CancelToken cancel) {
        long before = 0;
        boolean seenObjects = false;
        while (true) {
            catalogue = checkpoints.newest(cancel);
            long first = catalogue.seq() + 1;
            CorruptArchive stopped = readOn(cancel);
            long lowest = boundary.refresh(cancel);
            boolean again = lowest == before;
            if (lowest <= first || (again && stopped == null && lowest <= catalogue.seq() + 1)) {
                if (stopped != null) {
                    throw stopped;
                }
                if (catalogue.seq() > 0 || !hasObjects(cancel)) {
                    return catalogue;
                }
                if (seenObjects) { // twice: the first time a first writer may have come in between
                    throw new CorruptArchive("objects are there and no log says which of them count" + HELP);
                }
                seenObjects = true;
                continue;
            }
            if (again) { // else records were deleted, or void ones put there, while they were being read: read again
                throw stopped != null
                        ? stopped
                        : new CorruptArchive("records below " + lowest
                                + " are gone and the newest readable checkpoint ends at " + catalogue.seq() + HELP);
            }
            before = lowest;
        }
    }

    /** A writer's first object comes after its first record: objects without any record are an archive whose log is lost. */
    private boolean hasObjects(CancelToken cancel) {
        return !store.list(keys.data(), null, 1, cancel).objects().isEmpty();
    }

    /**
     * Goes on from a catalogue kept elsewhere, without reading what came before, when the bucket still has the record it
     * ends with; tells whether it does. Else {@link #recover} comes next.
     */
    public boolean resumes(Catalogue known, CancelToken cancel) {
        if (known.seq() == 0 || boundary.refresh(cancel) > known.seq() + 1 || !holds(known, cancel)) {
            return false;
        }
        catalogue = known;
        follow(cancel);
        return true;
    }

    private boolean holds(Catalogue known, CancelToken cancel) {
        try {
            byte[] last = store.readAll(keys.log(known.seq()), RECORD_BYTES, cancel);
            return RecordHash.of(last).equals(known.hash());
        } catch (StoreException.Missing e) {
            return false;
        }
    }

    /** Takes in records that were added since it was last read. */
    public Catalogue follow(CancelToken cancel) {
        long first = catalogue.seq() + 1;
        CorruptArchive stopped = readOn(cancel);
        if (boundary.refresh(cancel) > first) {
            return recover(cancel);
        }
        if (stopped != null) {
            throw stopped;
        }
        return catalogue;
    }

    /**
     * Reads to the end; tells what else stopped it. Either counts only when the boundary, read afterwards, does not lie
     * above the first record read: below it a stalled writer may have put a void record where another was deleted.
     */
    private @Nullable CorruptArchive readOn(CancelToken cancel) {
        try {
            tail(cancel);
            return null;
        } catch (CorruptArchive e) {
            return e;
        }
    }

    private void tail(CancelToken cancel) {
        while (true) {
            String key = keys.log(catalogue.seq() + 1);
            byte[] bytes;
            try {
                bytes = store.readAll(key, RECORD_BYTES, cancel);
            } catch (StoreException.Missing e) {
                return; // this number is free
            } catch (StoreException.Corrupt e) {
                throw new CorruptArchive(e.getMessage() + HELP);
            }
            catalogue = catalogue.with(LogBytes.record(key, bytes), RecordHash.of(bytes));
        }
    }

    /** Becomes the only writer: reads to the end and commits a FENCE with the next epoch, again and again until it is first. */
    public Catalogue fence(CancelToken cancel) {
        while (true) {
            if (catalogue.seq() == 0) {
                recover(cancel);
            } else {
                follow(cancel);
            }
            pending = null;
            long next = catalogue.epoch() + 1;
            LogRecord fence = record(LogRecord.Type.FENCE, next, new Catalogue.Slice(0, 0, List.of()), List.of());
            try {
                commit(fence, cancel);
                epoch = next;
                return catalogue;
            } catch (FencedOut e) {
                LOG.info("somebody else wrote first, reading on: {}", e.getMessage());
            }
        }
    }

    /** Commits an archived slice. Its objects are there and were read back. */
    public Catalogue add(Catalogue.Slice slice, CancelToken cancel) {
        return commit(record(LogRecord.Type.ADD, held(), slice, List.of()), cancel);
    }

    /** Commits that a range will never be archived. */
    public Catalogue gap(long base, long end, CancelToken cancel) {
        return commit(record(LogRecord.Type.GAP, held(), new Catalogue.Slice(base, end, List.of()), List.of()), cancel);
    }

    /** Commits that objects are no longer referenced; delete them only after this returned. */
    public Catalogue drop(List<UUID> gone, CancelToken cancel) {
        return commit(record(LogRecord.Type.DROP, held(), new Catalogue.Slice(0, 0, List.of()), gone), cancel);
    }

    /** Commits what the last commit left in the open. */
    public Catalogue retry(CancelToken cancel) {
        return pending == null ? catalogue : commit(pending.record, cancel);
    }

    private long held() {
        if (epoch == 0) {
            throw new IllegalStateException("this view holds no fence");
        }
        return epoch;
    }

    private LogRecord record(LogRecord.Type type, long recordEpoch, Catalogue.Slice slice, List<UUID> gone) {
        return new LogRecord(
                catalogue.seq() + 1,
                recordEpoch,
                type,
                instance,
                slice.base(),
                slice.end(),
                slice.objects(),
                gone,
                catalogue.hash());
    }

    private Catalogue commit(LogRecord record, CancelToken cancel) {
        Pending begun = pending;
        if (begun == null || !begun.record.equals(record)) {
            if (begun != null) {
                throw new IllegalStateException("record " + begun.record.seq() + " is in the open: call retry first");
            }
            begun = new Pending(record, LogBytes.encode(record), WriteId.random(random));
        }
        Catalogue after = catalogue.with(record, RecordHash.of(begun.bytes));
        pending = begun;
        try {
            store.put(keys.log(record.seq()), Payload.of(begun.bytes), PutOptions.createOnly(begun.writeId), cancel);
        } catch (StoreException.Fenced e) {
            throw lost("record " + record.seq() + " is another writer's");
        }
        long lowest = boundary.afterCreate(cancel);
        if (lowest > record.seq()) {
            throw lost("record " + record.seq() + " reuses a number below the boundary " + lowest);
        }
        pending = null;
        catalogue = after;
        return after;
    }

    private FencedOut lost(String why) {
        long mine = epoch;
        epoch = 0;
        pending = null;
        return new FencedOut(why + "; this writer's epoch " + mine + " is over");
    }

    /** Writes a checkpoint of everything so far, then says so in the log. */
    public Catalogue checkpoint(CancelToken cancel) {
        long mine = held();
        checkpoints.write(catalogue, cancel);
        return commit(record(LogRecord.Type.CKPT, mine, new Catalogue.Slice(0, 0, List.of()), List.of()), cancel);
    }

    /** Deletes records and checkpoints that two readable checkpoints cover; raises the boundary first. */
    public void trim(CancelToken cancel) {
        checkpoints.trim(boundary, cancel);
    }

    /**
     * Settles what is in the open and reads to the end: this writer still is the writer.
     *
     * @throws FencedOut it is not
     */
    public Catalogue confirm(CancelToken cancel) {
        long mine = held();
        retry(cancel);
        follow(cancel);
        if (catalogue.epoch() != mine) {
            throw lost("epoch " + catalogue.epoch() + " has taken over");
        }
        return catalogue;
    }
}
