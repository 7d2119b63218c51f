package io.firn.spi.samples;

import io.firn.spi.fake.ManualClock;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.tck.SegmentCleanupContract;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class SegmentCleanupContractTest {

    private static final long NEEDED_FROM = 4096;

    @Test
    void passesForAHookThatHoldsWhatIsNeeded() {
        Suites.assertKeeps(Holds.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(SegmentCleanupContract.class, SegmentCleanupContractTest.class);
    }

    private static Hold hold(SegmentRef segment, String reason) {
        return segment.to() > NEEDED_FROM ? Hold.until(ManualClock.START.plusSeconds(60), reason) : Hold.NONE;
    }

    /** Holds what lies above a position. A subclass breaks one step. */
    static class Holds extends SegmentCleanupContract implements SegmentCleanupHook {

        @Override
        protected final SegmentCleanupHook hook() {
            return this;
        }

        @Override
        protected final SegmentRef needed() {
            return segment(NEEDED_FROM);
        }

        @Override
        protected final SegmentRef unneeded() {
            return segment(0);
        }

        private static SegmentRef segment(long from) {
            return new SegmentRef(Path.of("segment"), from, from + NEEDED_FROM, SegmentRef.State.SEALED, 0);
        }

        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            return hold(segment, "not archived");
        }
    }

    static final class HoldsWhatIsNeededWhateverTheCause extends Holds {
        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            return cause == DeleteCause.DISK_FORCED ? Hold.NONE : hold(segment, "not archived");
        }
    }

    static final class LetsGoWhatIsNotNeeded extends Holds {
        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            return Hold.until(ManualClock.START, "who knows");
        }
    }

    static final class AnswersTheSameWhenAskedAgain extends Holds {
        private int calls;

        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            calls++;
            return hold(segment, "asked " + calls + " times");
        }
    }

    static final class DoesNotTakeAYesForADeletion extends Holds {
        private boolean gone;

        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            if (gone) {
                throw new IllegalStateException("that segment is gone");
            }
            gone = segment.equals(unneeded());
            return hold(segment, "not archived");
        }
    }

    static final class MayBeToldOfADeletionTwice extends Holds {
        private boolean gone;

        @Override
        public void afterDelete(SegmentRef segment) {
            if (gone) {
                throw new IllegalStateException("that segment is gone");
            }
            gone = true;
        }
    }

    static final class HoldsUnderDiskPressureToo extends Holds {
        private boolean pressed;

        @Override
        public void onDiskPressure(DiskPressure pressure) {
            pressed = true;
        }

        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            return pressed ? Hold.NONE : hold(segment, "not archived");
        }
    }

    static final class NeverWaits extends Holds {
        @Override
        public void onDiskPressure(DiskPressure pressure) {
            LockSupport.parkNanos(1000);
        }
    }
}
