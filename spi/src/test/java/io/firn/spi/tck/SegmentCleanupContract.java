package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.contract.ByteSize;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.HeldSegment;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link SegmentCleanupHook}: it holds what is needed, whatever happens. */
public abstract class SegmentCleanupContract {

    private static final int CALLS = 500;

    /** The hook; the same or another each time, of one plugin. */
    protected abstract SegmentCleanupHook hook();

    /** A segment that the plugin needs. */
    protected abstract SegmentRef needed();

    /** A segment that it does not need. */
    protected abstract SegmentRef unneeded();

    @Test
    void holdsWhatIsNeededWhateverTheCause() {
        for (DeleteCause cause : DeleteCause.values()) {
            assertThat(hook().beforeDelete(needed(), cause).isHeld())
                    .as("%s", cause)
                    .isTrue();
        }
    }

    @Test
    void letsGoWhatIsNotNeeded() {
        for (DeleteCause cause : DeleteCause.values()) {
            assertThat(hook().beforeDelete(unneeded(), cause)).as("%s", cause).isEqualTo(Hold.NONE);
        }
    }

    @Test
    void answersTheSameWhenAskedAgain() {
        SegmentCleanupHook hook = hook();
        Hold first = hook.beforeDelete(needed(), DeleteCause.EXPIRED);
        for (int i = 0; i < CALLS; i++) {
            Hold again = hook.beforeDelete(needed(), DeleteCause.EXPIRED);
            assertThat(again.isHeld()).isTrue();
            assertThat(again.reason()).as("a reason is a label").isEqualTo(first.reason());
        }
    }

    @Test
    void doesNotTakeAYesForADeletion() {
        SegmentCleanupHook hook = hook();
        assertThat(hook.beforeDelete(unneeded(), DeleteCause.ADMIN)).isEqualTo(Hold.NONE);
        assertThat(hook.beforeDelete(unneeded(), DeleteCause.ADMIN)).isEqualTo(Hold.NONE);
        assertThat(hook.beforeDelete(needed(), DeleteCause.ADMIN).isHeld()).isTrue();
    }

    @Test
    void mayBeToldOfADeletionTwice() {
        SegmentCleanupHook hook = hook();
        hook.afterDelete(unneeded());
        hook.afterDelete(unneeded());
        assertThat(hook.beforeDelete(needed(), DeleteCause.EXPIRED).isHeld()).isTrue();
    }

    @Test
    void holdsUnderDiskPressureToo() {
        SegmentCleanupHook hook = hook();
        hook.onDiskPressure(pressure(hook));
        assertThat(hook.beforeDelete(needed(), DeleteCause.DISK_FORCED).isHeld())
                .isTrue();
    }

    @Test
    void neverWaits() {
        SegmentCleanupHook hook = hook();
        SegmentRef needed = needed();
        DiskPressure pressure = pressure(hook);
        long waits = CallMeter.waits(() -> {
            for (int i = 0; i < CALLS; i++) {
                hook.beforeDelete(needed, DeleteCause.EXPIRED);
                hook.onDiskPressure(pressure);
            }
        });
        // now and then the JVM itself stops a thread; a hook that waits does so on each call
        assertThat(waits).as("waits in %d calls", CALLS).isLessThan(CALLS / 10);
    }

    private DiskPressure pressure(SegmentCleanupHook hook) {
        Hold hold = hook.beforeDelete(needed(), DeleteCause.DISK_RATIO);
        return new DiskPressure(0.9, 0.75, ByteSize.ofMebibytes(1), List.of(new HeldSegment(needed(), "fake", hold)));
    }
}
