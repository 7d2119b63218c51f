package io.firn.tiered.commit;

import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.format.RpkSummary;
import io.firn.tiered.format.SliceRebuild;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectHead;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a catalogue of the objects alone, when log and checkpoints are lost or damaged: each object says itself which
 * positions it holds. Two requests per object. What was dropped and not deleted yet comes back. The new checkpoint lies
 * above every number that was ever used, and the boundary with it, so that no writer goes on with the old log. Objects that
 * are left out, because they can not be read now, are never collected as orphans: they belong to epochs of another
 * generation. Ranges of unreadable objects that the disk still has are archived again, with all that comes behind them;
 * others are gaps. One thread, which it blocks; no other writer should be alive.
 */
public final class CatalogueRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueRebuild.class);
    private static final int RECORD_BYTES = 64 << 10;
    /** Records that are gone without a trace had numbers too: the new ones begin far above them. */
    private static final long JUMP = 1L << 32;
    /** Each rebuild begins a generation of so many epochs: more than a broker starts in its life. */
    private static final long GENERATION = 1L << 20;

    private final ObjectStore store;
    private final ArchiveKeys keys;
    private final RandomGenerator random;
    private final Local local;
    private final CancelToken cancel;
    private long epoch;
    private long seq;

    private CatalogueRebuild(
            ObjectStore store, ArchiveKeys keys, RandomGenerator random, Local local, CancelToken cancel) {
        this.store = store;
        this.keys = keys;
        this.random = random;
        this.local = local;
        this.cancel = cancel;
    }

    /** The positions that the broker's own log still has; from equals to when it has none. */
    public record Local(long from, long to) {
        boolean has(Catalogue.Slice slice) {
            return from <= slice.base() && slice.end() <= to;
        }

        boolean hasSomeOf(long base, long end) {
            return Math.max(from, base) < Math.min(to, end);
        }
    }

    /** The first epoch of the generation of this one. */
    static long firstEpochSince(long epoch) {
        return epoch - epoch % GENERATION;
    }

    /** An object that can be read. */
    private record Found(ObjectRef object, long base, long end, long epoch, Instant stored) {}

    /**
     * Writes a new checkpoint; {@link ArchiveLog#recover} finds it.
     *
     * @throws FencedOut somebody else writes here at the same time
     */
    public static Catalogue run(
            ObjectStore store, ArchiveKeys keys, RandomGenerator random, Local local, CancelToken cancel) {
        return new CatalogueRebuild(store, keys, random, local, cancel).run();
    }

    private Catalogue run() {
        List<Found> all = objects();
        numbers();
        List<Catalogue.Slice> slices = slices(all);
        long next = seq + JUMP;
        RecordHash hash = new RecordHash(random.nextLong(), random.nextLong());
        long generation = firstEpochSince(epoch) + GENERATION;
        Catalogue made = Catalogue.of(new Catalogue.Head(next, generation, hash), slices);
        new BoundarySeries(store, keys).raise(next + 1, WriteId.random(random), cancel);
        try {
            store.put(
                    keys.checkpoint(next),
                    Payload.of(made.encode()),
                    PutOptions.createOnly(WriteId.random(random)),
                    cancel);
        } catch (StoreException.Fenced e) {
            throw new FencedOut("another writer made checkpoint " + next + " while the catalogue was rebuilt");
        }
        LOG.warn(
                "rebuilt the catalogue as checkpoint {}: {} of {} objects, up to position {}",
                next,
                made.objects(),
                all.size(),
                made.archivedUpTo());
        return made;
    }

    private List<Found> objects() {
        List<Found> found = new ArrayList<>();
        for (ListPage.Entry entry : store.listAll(keys.data(), cancel)) {
            long written = ArchiveKeys.epochOf(entry.key());
            if (written >= 0) {
                epoch = Math.max(epoch, written);
                try {
                    found.add(open(entry, written));
                } catch (StoreException.Missing | StoreException.Corrupt | FormatException e) {
                    LOG.warn("{} is left out of the catalogue: {}", entry.key(), e.getMessage());
                }
            }
        }
        return found;
    }

    private Found open(ListPage.Entry entry, long written) {
        RpkSummary summary =
                RpkReader.open(new StoredBytes(store, entry.key(), cancel)).summary();
        ObjectHead head = store.head(entry.key(), cancel);
        String[] path = entry.key().substring(keys.data().length()).split("/", -1);
        ObjectRef object = new ObjectRef(
                entry.key(), summary.uuid(), head.lengthBytes(), head.crc32c().orElse(0), summary.maxMs(), path[0]);
        return new Found(object, summary.base(), summary.end(), written, entry.lastModified());
    }

    /** The highest number and epoch that any trace of the old log has. */
    private void numbers() {
        for (ListPage.Entry entry : store.listAll(keys.checkpoints(), cancel)) {
            seq = Math.max(seq, ArchiveKeys.numberOf(entry.key()));
        }
        for (ListPage.Entry entry : store.listAll(keys.records(), cancel)) {
            seq = Math.max(seq, ArchiveKeys.numberOf(entry.key()));
            try {
                byte[] bytes = store.readAll(entry.key(), RECORD_BYTES, cancel);
                epoch = Math.max(epoch, LogBytes.record(entry.key(), bytes).epoch());
            } catch (StoreException.Missing | StoreException.Corrupt | CorruptArchive e) {
                LOG.warn("passing over record {}: {}", entry.key(), e.getMessage());
            }
        }
        for (ListPage.Entry entry : store.listAll(keys.states(), cancel)) {
            String name = entry.key().substring(keys.states().length());
            if (name.matches("\\d{20}-\\d{20}")) {
                epoch = Math.max(epoch, Long.parseLong(name.substring(0, 20)));
            }
        }
        seq = Math.max(seq, new BoundarySeries(store, keys).refresh(cancel));
    }

    /**
     * One slice after the other. A writer begins where everything before is committed, so of slices that begin together
     * only that of the newest writer may count, and of its own tries the longest, the last.
     */
    private List<Catalogue.Slice> slices(List<Found> all) {
        List<Catalogue.Slice> slices = new ArrayList<>();
        List<Found> rest = all.stream()
                .sorted(Comparator.comparingLong(Found::base)
                        .thenComparing(Comparator.comparingLong(Found::epoch).reversed())
                        .thenComparing(Comparator.comparingLong(Found::end).reversed())
                        .thenComparing(Comparator.comparing(Found::stored).reversed()))
                .toList();
        // a log that ends before the archive is another log: it proves nothing, and the start will refuse it
        Local disk = rest.stream().allMatch(found -> found.end <= local.to) ? local : new Local(0, 0);
        long upTo = Long.MIN_VALUE;
        for (Found first : rest) {
            if (first.base < upTo) {
                continue;
            }
            Catalogue.Slice slice = new Catalogue.Slice(first.base, first.end, together(rest, first));
            boolean behindHole = disk.hasSomeOf(upTo, first.base);
            if (behindHole || (disk.has(slice) && !isWhole(slice))) {
                resumeAt(behindHole ? Math.max(upTo, disk.from) : first.base, slices);
                break;
            }
            slices.add(slice);
            upTo = first.end;
        }
        return slices;
    }

    /** What lies behind is archived again; what the disk has not of the range before is a gap. */
    private static void resumeAt(long position, List<Catalogue.Slice> slices) {
        LOG.warn("the objects from position {} on are incomplete and the disk has them: archived again", position);
        if (!slices.isEmpty() && slices.getLast().end() < position) {
            slices.add(new Catalogue.Slice(slices.getLast().end(), position, List.of()));
        }
    }

    /** The objects of one slice by one writer, the newest of each class. */
    private static List<ObjectRef> together(List<Found> rest, Found first) {
        Map<String, ObjectRef> byClass = new TreeMap<>();
        for (Found one : rest) {
            if (one.base == first.base && one.end == first.end && one.epoch == first.epoch) {
                byClass.putIfAbsent(one.object.retentionClass(), one.object);
            }
        }
        return List.copyOf(byClass.values());
    }

    /**
     * A writer may have died between two objects of its last slice; or all was committed, and an object has been dropped
     * since. What the broker's own log still has is archived again then, what it has not is kept as it is.
     */
    private boolean isWhole(Catalogue.Slice slice) {
        try {
            return SliceRebuild.isWhole(slice.objects().stream()
                    .map(object -> RpkReader.open(new StoredBytes(store, object.key(), cancel)))
                    .toList());
        } catch (FormatException e) {
            return false;
        }
    }
}
