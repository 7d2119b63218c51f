package io.firn.tiered.commit;

import io.firn.tiered.format.RpkOptions;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.format.RpkSummary;
import io.firn.tiered.format.RpkWriter;
import io.firn.tiered.format.SliceBuilder;
import io.firn.tiered.format.SliceRange;
import io.firn.tiered.format.SliceRebuild;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.WriteId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * Two masters with equal local logs archive into one bucket, check-point, trim, drop, collect orphans; readers follow.
 * The model knows all messages; {@link #truth} is what a fresh reader would find at this very moment.
 */
final class ArchiveSimulation {
    private static final CancelToken NEVER = CancelToken.none();
    private static final ArchiveKeys KEYS = new ArchiveKeys("a/");
    private static final int SLICES = 12;
    private static final RpkOptions PACKING = new RpkOptions(1024, 0);

    /** What happens first when an object goes. */
    enum Order {
        DROP_FIRST,
        /** The mutation: a crash in between leaves a reference to nothing. */
        DELETE_FIRST
    }

    private final Random random;
    private final Order order;
    private final SimStore store = new SimStore();
    private final BiFunction<SimStore, ArchiveKeys, BoundarySeries> boundary;
    private final List<byte[]> slices = new ArrayList<>();
    private final long[] bases = new long[SLICES + 1];
    private final BitSet[] local = {new BitSet(), new BitSet()};
    private final Set<UUID> dropIntents = new HashSet<>();
    private final BitSet droppedSlices = new BitSet();
    private long ticks;
    private long committedEnd = -1; // what an archive without slices says

    ArchiveSimulation(long seed, BiFunction<SimStore, ArchiveKeys, BoundarySeries> boundary) {
        this(seed, boundary, Order.DROP_FIRST);
    }

    ArchiveSimulation(long seed, BiFunction<SimStore, ArchiveKeys, BoundarySeries> boundary, Order order) {
        this.random = new Random(seed);
        this.order = order;
        this.boundary = boundary;
        bases[0] = 4096;
        for (int i = 0; i < SLICES; i++) {
            SliceBuilder slice = new SliceBuilder(bases[i]);
            for (int m = 1 + random.nextInt(3); m > 0; m--) {
                slice.add("t" + random.nextInt(2), 0, new byte[random.nextInt(40)], "");
            }
            slices.add(slice.bytes());
            bases[i + 1] = bases[i] + slices.get(i).length;
        }
        local[0].set(0, SLICES);
        local[1].set(0, SLICES);
    }

    /** On a virtual thread, as the actors are: handing on from one to the next costs half as much so. */
    void run(int steps) {
        try {
            CompletableFuture.runAsync(
                            () -> schedule(steps), task -> Thread.ofVirtual().start(task))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AssertionError broken) {
                throw broken;
            }
            throw e;
        }
    }

    private void schedule(int steps) {
        Schedule schedule = new Schedule(random);
        schedule.start(actor -> master(actor, 0));
        schedule.start(actor -> master(actor, 1));
        schedule.start(this::reader);
        schedule.run(steps);
        checkEnd();
    }

    private ArchiveLog view(SimStore through) {
        return new ArchiveLog(through, KEYS, boundary.apply(through, KEYS), random);
    }

    private Catalogue truth() {
        return ArchiveLog.over(store, KEYS, new Random(1)).recover(NEVER);
    }

    private static void must(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(invariant);
        }
    }

    private void master(Schedule.Actor actor, int number) {
        while (true) {
            try {
                ArchiveLog log = view(store.through(actor));
                log.fence(NEVER);
                Master master = new Master(log, garbage(store.through(actor), log), number);
                while (true) {
                    act(actor, master);
                }
            } catch (Schedule.Crash | FencedOut | StoreException.Retryable | StoreException.Missing e) {
                actor.pause(); // the process starts again and knows only what the bucket and its disk say
            }
        }
    }

    /** One life of a broker. */
    private record Master(ArchiveLog log, Garbage garbage, int number) {}

    private Garbage garbage(SimStore through, ArchiveLog log) {
        return new Garbage(log, through, KEYS, Duration.ofNanos(10), () -> ticks++);
    }

    private void act(Schedule.Actor actor, Master master) {
        ArchiveLog log = master.log;
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> archive(actor, log, master.number);
            case 4 -> log.checkpoint(NEVER);
            case 5 -> log.trim(NEVER);
            case 6 -> {
                master.garbage.collectOrphans(NEVER);
                checkReferences();
            }
            case 7, 8 -> {
                master.garbage.sweep(NEVER);
                checkReferences();
            }
            default -> drop(actor, master);
        }
    }

    private void archive(Schedule.Actor actor, ArchiveLog log, int number) {
        long from = Math.max(bases[0], log.catalogue().archivedUpTo());
        int slice = Arrays.binarySearch(bases, from);
        if (slice == SLICES) {
            actor.pause();
            return;
        }
        must(local[number].get(slice), "I1: slice " + slice + " is neither archived nor local any more");
        ObjectRef object = upload(actor, log, slice);
        new ReadBack(store.through(actor), 8, random).check(object, ByteBuffer.wrap(slices.get(slice)), from, NEVER);
        commit(log, new Catalogue.Slice(from, bases[slice + 1], List.of(object)));
        Catalogue truth = truth();
        boolean inLog = truth.references().contains(object.uuid()) || dropIntents.contains(object.uuid());
        must(inLog, "I6: a commit that was reported is not in the log, whose epoch is " + truth.epoch());
        committedEnd = Math.max(committedEnd, bases[slice + 1]);
        deleteLocal(log, number);
    }

    /** As a committer does: what is in the open is tried until it is known. */
    private void commit(ArchiveLog log, Catalogue.Slice slice) {
        try {
            log.add(slice, NEVER);
        } catch (StoreException.Retryable e) {
            log.retry(NEVER);
        }
    }

    private void deleteLocal(ArchiveLog log, int number) {
        long upTo = truth().archivedUpTo();
        for (int i = 0; bases[i] < log.catalogue().archivedUpTo(); i++) {
            must(bases[i + 1] <= upTo, "I2: slice " + i + " is deleted locally before its commit");
            local[number].clear(i);
        }
    }

    private ObjectRef upload(Schedule.Actor actor, ArchiveLog log, int slice) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SliceRange range =
                new SliceRange(ByteBuffer.wrap(slices.get(slice)), bases[slice], uuid, "7d", topic -> true, Map.of());
        RpkSummary summary = RpkWriter.write(range, PACKING, part -> {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        });
        String key = KEYS.object("7d", summary.base(), summary.end(), log.epoch(), uuid);
        StoredObject stored = store.through(actor)
                .put(key, Payload.of(bytes.toByteArray()), PutOptions.overwrite(WriteId.random(random)), NEVER);
        return new ObjectRef(key, uuid, stored.lengthBytes(), stored.crc32c(), summary.maxMs(), "7d");
    }

    private void drop(Schedule.Actor actor, Master master) {
        ArchiveLog log = master.log;
        List<Catalogue.Slice> held = log.catalogue().slices();
        if (held.size() < 4) {
            actor.pause();
            return;
        }
        ObjectRef oldest = held.getFirst().objects().getFirst();
        dropIntents.add(oldest.uuid());
        droppedSlices.set(Arrays.binarySearch(bases, held.getFirst().base()));
        if (order == Order.DELETE_FIRST) {
            store.through(actor).delete(oldest.key(), NEVER);
        }
        try {
            master.garbage.drop(List.of(oldest), NEVER);
        } catch (StoreException.Retryable e) {
            log.retry(NEVER);
        }
        must(!truth().references().contains(oldest.uuid()), "I4: a drop that was reported is not in the log");
    }

    private void reader(Schedule.Actor actor) {
        while (true) {
            try {
                ArchiveLog log = view(store.through(actor));
                long seen = 0;
                for (Catalogue now = log.recover(NEVER); random.nextInt(6) > 0; now = log.follow(NEVER)) {
                    must(now.seq() >= seen, "I3: the log went back from " + seen + " to " + now.seq());
                    seen = now.seq();
                    readOne(actor, now);
                }
            } catch (Schedule.Crash | StoreException.Retryable e) {
                actor.pause();
            }
        }
    }

    private void readOne(Schedule.Actor actor, Catalogue now) {
        if (now.slices().isEmpty()) {
            return;
        }
        Catalogue.Slice slice = now.slices().get(random.nextInt(now.slices().size()));
        ObjectRef object = slice.objects().getFirst();
        try {
            checkBytes(slice, RpkReader.open(new StoredBytes(store.through(actor), object.key(), NEVER)));
        } catch (StoreException.Missing e) {
            must(dropIntents.contains(object.uuid()), "I4: a reader followed a reference to nothing: " + object.key());
        }
    }

    private void checkBytes(Catalogue.Slice slice, RpkReader object) {
        ByteBuffer out = ByteBuffer.allocate((int) (slice.end() - slice.base()));
        SliceRebuild.rebuild(List.of(object), out);
        int index = Arrays.binarySearch(bases, slice.base());
        must(index >= 0 && Arrays.equals(out.array(), slices.get(index)), "I9: rebuilt bytes differ");
    }

    private void checkReferences() {
        Set<String> there = Set.copyOf(store.keys(KEYS.data()));
        truth().slices().stream()
                .flatMap(slice -> slice.objects().stream())
                .forEach(o -> must(there.contains(o.key()), "I4: dangling reference to " + o.key()));
    }

    /** A new broker with an empty disk comes up, alone, and finds everything. */
    private void checkEnd() {
        checkReferences();
        int[] requests = new int[1];
        SimStore counted = store.through(new SimStore.Gate() {
            @Override
            public <T> T pass(String what, java.util.function.Supplier<T> effect) {
                requests[0]++;
                return effect.get();
            }
        });
        int records = store.keys("a/log/").size();
        ArchiveLog log = ArchiveLog.over(counted, KEYS, random);
        Catalogue end = log.fence(NEVER);
        must(requests[0] <= records + 10, "I8: recovery of " + records + " records took " + requests[0] + " requests");
        must(end.archivedUpTo() >= committedEnd, "I10: a restored broker would use positions again");
        garbage(store, log).collectOrphans(NEVER);
        Set<UUID> left = new HashSet<>();
        store.keys(KEYS.data()).forEach(key -> left.add(Objects.requireNonNull(ArchiveKeys.uuidOf(key))));
        must(left.equals(end.references()), "I5: orphans are left, or I4: references without objects");
        checkMessages(end);
    }

    private void checkMessages(Catalogue end) {
        BitSet remote = new BitSet();
        for (Catalogue.Slice slice : end.slices()) {
            String key = slice.objects().getFirst().key();
            checkBytes(slice, RpkReader.open(new StoredBytes(store, key, NEVER)));
            remote.set(Arrays.binarySearch(bases, slice.base()));
        }
        for (int i = 0; i < SLICES; i++) {
            boolean onDisk = local[0].get(i) || local[1].get(i);
            must(remote.get(i) || onDisk || droppedSlices.get(i), "I1: slice " + i + " is nowhere");
            must(bases[i] < end.archivedUpTo() || (local[0].get(i) && local[1].get(i)), "I2: slice " + i);
        }
    }
}
