package io.firn.spi.retention;

import io.firn.spi.contract.ByteSize;
import java.util.List;

/**
 * The disk is fuller than it should be, and holds are in the way. Immutable.
 *
 * @param usedRatio share of the disk in use, 0 to 1
 * @param limitRatio from which share on segments go before their time
 * @param toFree what has to go to get below the limit
 * @param blocking the segments that would go but for holds, oldest first
 * @since 1.0
 */
public record DiskPressure(double usedRatio, double limitRatio, ByteSize toFree, List<HeldSegment> blocking) {

    /**
     * Takes read-only copies.
     *
     * @since 1.0
     */
    public DiskPressure {
        blocking = List.copyOf(blocking);
    }
}
