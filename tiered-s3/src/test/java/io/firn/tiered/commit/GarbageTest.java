package io.firn.tiered.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class GarbageTest {
    private static final CancelToken NEVER = CancelToken.none();
    private static final ArchiveKeys KEYS = new ArchiveKeys("a/");

    private final Random random = new Random(5);
    private final SimStore store = new SimStore();
    private long nowNs;

    private ArchiveLog fenced(SimStore through) {
        ArchiveLog log = ArchiveLog.over(through, KEYS, random);
        log.fence(NEVER);
        return log;
    }

    private Garbage garbage(ArchiveLog log) {
        return new Garbage(log, store, KEYS, Duration.ofNanos(100), () -> nowNs);
    }

    private ObjectRef put(ArchiveLog log, long base) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        String key = KEYS.object("1d", base, base + 10, log.epoch(), uuid);
        store.put(key, Payload.of(new byte[] {1}), PutOptions.overwrite(WriteId.random(random)), NEVER);
        return new ObjectRef(key, uuid, 1, 0, 0, "1d");
    }

    private ObjectRef add(ArchiveLog log, long base) {
        ObjectRef object = put(log, base);
        log.add(new Catalogue.Slice(base, base + 10, List.of(object)), NEVER);
        return object;
    }

    @Test
    void deletesAfterTheGraceAndNotBefore() {
        ArchiveLog log = fenced(store);
        Garbage garbage = garbage(log);
        ObjectRef gone = add(log, 0);
        ObjectRef kept = add(log, 10);
        garbage.drop(List.of(gone), NEVER);
        nowNs = 99;
        assertThat(garbage.sweep(NEVER)).isZero();
        assertThat(store.keys(KEYS.data())).hasSize(2);
        nowNs = 100;
        assertThat(garbage.sweep(NEVER)).isEqualTo(1);
        assertThat(store.keys(KEYS.data())).containsExactly(kept.key());
        assertThat(garbage.waiting()).isZero();
    }

    @Test
    void keepsWhatADropThatWasNeverCommittedNamed() {
        ArchiveLog log = fenced(store);
        ObjectRef object = add(log, 0);
        boolean[] broken = {false};
        ArchiveLog flaky = fenced(store.through(new SimStore.Gate() {
            @Override
            public <T> T pass(String what, Supplier<T> effect) {
                if (broken[0] && what.startsWith("put ")) {
                    throw new StoreException.Retryable(what, StoreException.Retryable.Cause.TRANSIENT, null);
                }
                return effect.get();
            }
        }));
        Garbage garbage = garbage(flaky);
        broken[0] = true;
        assertThatThrownBy(() -> garbage.drop(List.of(object), NEVER)).isInstanceOf(StoreException.Retryable.class);
        nowNs = 1000;
        assertThatThrownBy(() -> garbage.sweep(NEVER)).isInstanceOf(StoreException.Retryable.class);
        assertThat(store.keys(KEYS.data())).containsExactly(object.key());
        broken[0] = false;
        assertThat(garbage.sweep(NEVER)).isZero(); // commits the drop; its grace begins now
        nowNs = 1099;
        assertThat(garbage.sweep(NEVER)).isZero();
        nowNs = 1100;
        assertThat(garbage.sweep(NEVER)).isEqualTo(1);
    }

    @Test
    void aWriterThatLostItsPlaceDeletesNothing() {
        ArchiveLog log = fenced(store);
        Garbage garbage = garbage(log);
        ObjectRef gone = add(log, 0);
        garbage.drop(List.of(gone), NEVER);
        fenced(store);
        nowNs = 1000;
        assertThatThrownBy(() -> garbage.sweep(NEVER)).isInstanceOf(FencedOut.class);
        assertThat(store.keys(KEYS.data())).containsExactly(gone.key());
    }

    @Test
    void collectsOrphansOfEarlierEpochsOnly() {
        ArchiveLog first = fenced(store);
        ObjectRef kept = add(first, 0);
        put(first, 10);
        ArchiveLog second = fenced(store);
        ObjectRef underWay = put(second, 10);
        assertThat(garbage(second).collectOrphans(NEVER)).isEqualTo(1);
        assertThat(store.keys(KEYS.data())).containsExactlyInAnyOrder(kept.key(), underWay.key());
    }

    /** A rebuild leaves out what it can not read; that may be readable again tomorrow. */
    @Test
    void leavesAloneWhatARebuiltCatalogueDoesNotName() {
        ArchiveLog first = fenced(store);
        put(first, 0); // its one byte is no index, so it can not be read
        CatalogueRebuild.run(store, KEYS, random, new CatalogueRebuild.Local(0, 0), NEVER);
        ArchiveLog second = fenced(store);
        put(second, 0);
        ArchiveLog third = fenced(store);
        assertThat(second.epoch()).isGreaterThan(first.epoch() + 1);
        assertThat(garbage(third).collectOrphans(NEVER)).isEqualTo(1);
        assertThat(store.keys(KEYS.data())).singleElement().asString().contains("-e" + first.epoch() + "-");
    }

    @Test
    void aDropOfNothingIsRefused() {
        Garbage garbage = garbage(fenced(store));
        assertThatThrownBy(() -> garbage.drop(List.of(), NEVER)).isInstanceOf(IllegalArgumentException.class);
    }
}
