package io.firn.tiered.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Asks a store, at start, whether it keeps the promises that archiving rests on: create-only writes are refused the
 * second time and among rivals at once, ranges are exact, a listing shows what was put. About 40 small requests on keys
 * below {@code probe/}, removed afterwards. A promise that is not kept is a {@link StoreException.Fatal} whose message
 * an operator can act on; every other failure is the store's own.
 */
public final class StoreProbe {
    private static final int RIVALS = 8;
    private static final int ROUNDS = 3;
    private static final byte[] BYTES = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    /** Whether the store attests a checksum of its own. */
    public enum Attestation {
        /** {@link ObjectHead#crc32c()} is there and right: a HEAD proves what is stored. */
        CHECKSUM,
        /** It is not: only reading back proves what is stored. */
        READ_BACK_ONLY
    }

    /** Who guarantees that no two writers share the prefix. */
    public enum Fencing {
        /** The store: create-only writes must work. */
        BY_STORE,
        /** The operator, who asserts that one broker alone writes here: create-only writes are not tested. */
        ASSERTED_SINGLE_WRITER
    }

    /**
     * What the probe found.
     *
     * @param storeAhead how far the store's clock is ahead of ours (negative: behind); for an alarm, nothing rests on it
     */
    public record Report(Attestation attestation, Duration storeAhead) {}

    private final String location;
    private final ObjectStore store;
    private final RandomGenerator random;
    private final CancelToken cancel;
    private final List<String> used = new ArrayList<>();
    private final String prefix;

    private StoreProbe(String location, ObjectStore store, RandomGenerator random, CancelToken cancel) {
        this.location = location;
        this.store = store;
        this.random = random;
        this.cancel = cancel;
        this.prefix = "probe/" + WriteId.random(random).value() + "/";
    }

    /** Where and what to probe. */
    public record Subject(StoreConfig config, ObjectStore store, Fencing fencing) {}

    /**
     * Runs the probe on the calling thread.
     *
     * @param rivals runs eight puts at once, so a thread each, best virtual ones
     */
    public static Report run(
            Subject subject, Executor rivals, RandomGenerator random, InstantSource clock, CancelToken cancel) {
        StoreProbe probe = new StoreProbe(subject.config().location().toString(), subject.store(), random, cancel);
        Report report;
        try {
            report = probe.run(subject.fencing(), rivals, clock);
        } catch (StoreException e) {
            try {
                probe.cleanUp();
            } catch (StoreException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        probe.cleanUp();
        return report;
    }

    private Report run(Fencing fencing, Executor rivals, InstantSource clock) {
        ObjectHead head = create();
        Duration ahead = Duration.between(clock.instant(), head.lastModified());
        if (fencing == Fencing.BY_STORE) {
            refusesSecondCreate();
            for (int round = 0; round < ROUNDS; round++) {
                letsOneRivalWin(round, rivals);
            }
        }
        readsExactly();
        listsAndForgets();
        return new Report(head.crc32c().isPresent() ? Attestation.CHECKSUM : Attestation.READ_BACK_ONLY, ahead);
    }

    private ObjectHead create() {
        WriteId id = WriteId.random(random);
        StoredObject stored = store.put(name("once"), Payload.of(BYTES), PutOptions.createOnly(id), cancel);
        ObjectHead head = store.head(stored.key(), cancel);
        if (head.lengthBytes() != BYTES.length || head.crc32c().orElse(stored.crc32c()) != stored.crc32c()) {
            throw refusal(
                    "took " + BYTES.length + " bytes and reports " + head.lengthBytes() + " with another checksum",
                    "Use another store: this one does not keep what it is given.");
        }
        if (!id.equals(head.writeId())) {
            throw refusal(
                    "does not keep user metadata (x-amz-meta-*)",
                    "Firn recognises its own writes by it after a lost reply; use a store or a gateway that keeps it.");
        }
        return head;
    }

    private void refusesSecondCreate() {
        try {
            var _ = store.put(
                    name("once"), Payload.of(new byte[] {1}), PutOptions.createOnly(WriteId.random(random)), cancel);
        } catch (StoreException.Fenced expected) {
            return;
        }
        throw noFencing("accepted a second create-only write of one key");
    }

    private void letsOneRivalWin(int round, Executor rivals) {
        String key = name("race-" + round);
        List<CompletableFuture<Boolean>> attempts = new ArrayList<>();
        for (int i = 0; i < RIVALS; i++) {
            WriteId id = WriteId.random(random);
            attempts.add(CompletableFuture.supplyAsync(() -> wins(key, id), rivals));
        }
        long winners;
        try {
            winners = attempts.stream()
                    .map(CompletableFuture::join)
                    .filter(won -> won)
                    .count();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException cause ? cause : e;
        }
        if (winners != 1) {
            throw noFencing("let " + winners + " of " + RIVALS + " create-only writes of one key at once succeed");
        }
    }

    private boolean wins(String key, WriteId id) {
        try {
            var _ = store.put(
                    key, Payload.of(id.value().getBytes(StandardCharsets.US_ASCII)), PutOptions.createOnly(id), cancel);
            return true;
        } catch (StoreException.Fenced lost) {
            return false;
        }
    }

    private void readsExactly() {
        checkRead(new ByteRange.Exact(10, 3), 10, 13);
        checkRead(new ByteRange.Suffix(4), BYTES.length - 4, BYTES.length);
        checkRead(new ByteRange.Whole(BYTES.length), 0, BYTES.length);
    }

    private void checkRead(ByteRange range, int from, int to) {
        ByteBuffer into = ByteBuffer.allocate(range.maxBytes());
        ObjectRead read = store.read(name("once"), range, into, cancel);
        if (read.offset() != from || !into.flip().equals(ByteBuffer.wrap(Arrays.copyOfRange(BYTES, from, to)))) {
            throw refusal("answered " + range + " with other bytes", "Use a store that serves exact ranges.");
        }
    }

    private void listsAndForgets() {
        ListPage page = store.list(prefix, null, KeyRules.MAX_PAGE, cancel);
        if (page.objects().stream().noneMatch(object -> object.key().equals(name("once")))) {
            throw refusal(
                    "does not list an object that was just written",
                    "Firn needs strong consistency; use a store, or a setting of it, that has it.");
        }
        store.delete(name("once"), cancel);
        try {
            var _ = store.head(name("once"), cancel);
        } catch (StoreException.Missing expected) {
            return;
        }
        throw refusal("still shows an object after its deletion", "Firn needs strong consistency.");
    }

    private void cleanUp() {
        if (!cancel.isCancelled()) {
            List<DeleteFailure> left = store.deleteAll(used, cancel);
            if (!left.isEmpty()) {
                throw left.getFirst().cause();
            }
        }
    }

    private String name(String name) {
        String key = prefix + name;
        if (!used.contains(key)) {
            used.add(key);
        }
        return key;
    }

    private StoreException noFencing(String deed) {
        return refusal(
                deed,
                "Two brokers on this prefix could then each believe to own the history and overwrite the other's,"
                        + " so Firn does not archive here. Use a store with conditional writes (If-None-Match: *)."
                        + " If exactly one broker will ever write to this prefix, say so with"
                        + " firn.tier.fencing=asserted-single-writer.");
    }

    private StoreException refusal(String deed, String advice) {
        return new StoreException.Fatal("The store at " + location + " " + deed + ". " + advice, null);
    }
}
