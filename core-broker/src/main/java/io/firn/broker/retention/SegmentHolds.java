package io.firn.broker.retention;

import io.firn.broker.log.SegmentStats;
import io.firn.spi.retention.DeleteCause;
import org.jspecify.annotations.Nullable;

/** The port of those who may still need segments that are to be deleted. All calls come on the housekeeper. */
public interface SegmentHolds {

    /** Nobody needs any. */
    SegmentHolds NONE = new SegmentHolds() {
        @Override
        public void roundBegins() {}

        @Override
        public void roundEnds() {}

        @Override
        public @Nullable String hold(SegmentStats segment, DeleteCause cause) {
            return null;
        }

        @Override
        public void deleting(SegmentStats segment) {}

        @Override
        public void deleted(SegmentStats segment) {}

        @Override
        public void underPressure(Pressure pressure) {}
    };

    /**
     * The disk is fuller than it should be.
     *
     * @param usedRatio share in use
     * @param limitRatio share above which segments go before their time
     * @param toFreeBytes what has to go to get below the limit; 0 when that is not known
     */
    record Pressure(double usedRatio, double limitRatio, long toFreeBytes) {}

    /** What was held in the last round is looked at anew. */
    void roundBegins();

    /** All segments of the round were asked about; {@link #underPressure} may follow. */
    void roundEnds();

    /** Who needs the segment and why, in words for operators; null when it may go. Comes back within a moment. */
    @Nullable
    String hold(SegmentStats segment, DeleteCause cause);

    /** The segment is about to be deleted. */
    void deleting(SegmentStats segment);

    /** The segment is gone. */
    void deleted(SegmentStats segment);

    /** Segments that would have gone in this round are held, and the disk is filling. */
    void underPressure(Pressure pressure);
}
