package io.firn.tiered.store;

import static io.firn.tiered.store.ObjectStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.SeededFaults;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random calls against a server with random faults, beside a model: each call ends in the result the model says, or in
 * an error that the caller may believe. Only {@link StoreException.Retryable} leaves the effect open; then the bucket
 * must hold the old or the new state.
 */
final class RandomFaultTest {
    private static final int RUNS = Integer.getInteger("firn.fault.runs", 60);
    private static final int CALLS = 40;
    private static final int KEYS = 6;

    private final CancelToken never = CancelToken.none();
    private final Map<String, byte[]> model = new TreeMap<>();
    private Random random;
    private ScriptedStore scripted;
    private ObjectStore store;

    @Test
    void everyCallEndsInTheRightResultOrTheRightError() {
        long base = ObjectStoreContract.seed();
        for (int run = 0; run < RUNS; run++) {
            long seed = RUNS == 1 ? base : base + run;
            String name = "seed " + seed + " (repeat with -Dfirn.seed=" + seed + " -Dfirn.fault.runs=1)";
            try {
                run(seed);
            } catch (AssertionError | StoreException e) {
                throw new AssertionError(name + ": " + e, e);
            }
        }
    }

    private void run(long seed) {
        random = new Random(seed);
        model.clear();
        SeededFaults faults = new SeededFaults(seed, 0.35);
        // bytes of a range carry no checksum at this level: the frames inside do
        FaultScript script = request -> faults.faults(request).stream()
                .filter(fault ->
                        !(fault instanceof Fault.FlipBit && request.key().startsWith("ranged")))
                .toList();
        RetryPolicy retries = random.nextBoolean() ? ScriptedStore.QUICK : ScriptedStore.ONCE;
        try (ScriptedStore opened = ScriptedStore.open(script, retries)) {
            scripted = opened;
            store = opened.store();
            for (int call = 0; call < CALLS; call++) {
                one("ranged/" + random.nextInt(KEYS), "whole/" + random.nextInt(KEYS));
            }
        }
    }

    private void one(String ranged, String whole) {
        String key = random.nextBoolean() ? ranged : whole;
        switch (random.nextInt(8)) {
            case 0, 1 -> put(key, PutMode.CREATE_ONLY);
            case 2 -> put(key, PutMode.OVERWRITE);
            case 3 -> delete(key);
            case 4 -> readRange(ranged);
            case 5 -> readWhole(whole);
            case 6 -> list();
            default -> upload(key);
        }
    }

    private void put(String key, PutMode mode) {
        byte[] body = bytes(1 + random.nextInt(6000), random.nextLong());
        PutOptions options = new PutOptions(mode, WriteId.random(random), null, Map.of());
        boolean refusedRightly = mode == PutMode.CREATE_ONLY && model.containsKey(key);
        for (int tried = 0; tried < 6; tried++) {
            try {
                store.put(key, Payload.of(body), options, never);
                assertThat(refusedRightly).as("created %s over another's", key).isFalse();
                model.put(key, body);
                assertHolds(key, body);
                return;
            } catch (StoreException.Fenced e) {
                assertThat(refusedRightly).as("fenced by itself: %s", e).isTrue();
                return;
            } catch (StoreException.Retryable e) {
                assertOldOrNew(key, body, e);
            }
        }
        adopt(key);
    }

    private void upload(String key) {
        byte[] body = bytes(1 + random.nextInt(6000), random.nextLong());
        PutOptions options = PutOptions.overwrite(WriteId.random(random));
        try {
            UploadRef upload = store.createUpload(key, options, never);
            UploadedPart part = store.uploadPart(upload, 1, Payload.of(body), never);
            if (random.nextInt(4) == 0) {
                store.abortUpload(upload, never);
                assertHolds(key, model.get(key));
                return;
            }
            store.completeUpload(upload, List.of(part), options.writeId(), never);
            model.put(key, body);
            assertHolds(key, body);
        } catch (StoreException.Retryable e) {
            assertOldOrNew(key, body, e);
            adopt(key);
        }
    }

    private void delete(String key) {
        try {
            if (random.nextBoolean()) {
                store.delete(key, never);
            } else {
                assertThat(store.deleteAll(List.of(key), never)).isEmpty();
            }
            model.remove(key);
            assertHolds(key, null);
        } catch (StoreException.Retryable e) {
            assertOldOrNew(key, null, e);
            adopt(key);
        }
    }

    private void readWhole(String key) {
        byte[] expected = model.get(key);
        try {
            assertThat(store.readAll(key, 6000, never)).isEqualTo(expected);
        } catch (StoreException.Missing e) {
            assertThat(expected).as("missing: %s", e).isNull();
        } catch (StoreException.Corrupt e) {
            // both tries were flipped; an upload's whole carries no checksum of ours, so no such error for it
            assertThat(expected).as("corrupt: %s", e).isNotNull();
        } catch (StoreException.Retryable e) {
            assertThat(e).hasMessageContaining(key);
        }
    }

    private void readRange(String key) {
        byte[] expected = model.get(key);
        int length = expected == null ? 10 : 1 + random.nextInt(expected.length);
        int offset = expected == null ? 0 : random.nextInt(expected.length - length + 1);
        ByteBuffer into = ByteBuffer.allocate(length);
        try {
            store.read(key, new ByteRange.Exact(offset, length), into, never);
            assertThat(expected).isNotNull();
            assertThat(into.array()).isEqualTo(Arrays.copyOfRange(expected, offset, offset + length));
        } catch (StoreException.Missing e) {
            assertThat(expected).as("missing: %s", e).isNull();
        } catch (StoreException.Retryable e) {
            assertThat(e).hasMessageContaining(key);
        }
    }

    private void list() {
        List<String> keys = new ArrayList<>();
        try {
            String after = null;
            do {
                ListPage page = store.list("", after, 1 + random.nextInt(5), never);
                page.objects().forEach(object -> keys.add(object.key()));
                after = page.next();
            } while (after != null);
            assertThat(keys).isEqualTo(List.copyOf(model.keySet()));
        } catch (StoreException.Retryable e) {
            assertThat(e).hasMessageContaining("list");
        }
    }

    private byte @Nullable [] held(String key) {
        return scripted.server().bucket().keys().contains(key)
                ? scripted.server().bucket().bytes(key)
                : null;
    }

    private void assertHolds(String key, byte @Nullable [] expected) {
        assertThat(held(key)).as(key).isEqualTo(expected);
    }

    private void assertOldOrNew(String key, byte @Nullable [] attempted, StoreException e) {
        byte[] held = held(key);
        if (!Arrays.equals(held, model.get(key)) && !Arrays.equals(held, attempted)) {
            fail(key + " holds neither the old nor the new bytes", e);
        }
    }

    /** After an open end: what the bucket holds is the truth from now on. */
    private void adopt(String key) {
        byte[] held = held(key);
        if (held == null) {
            model.remove(key);
        } else {
            model.put(key, held);
        }
    }
}
