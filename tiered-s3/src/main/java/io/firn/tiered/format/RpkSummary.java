package io.firn.tiered.format;

import java.util.UUID;

/**
 * What an object holds: its footer without places.
 *
 * @param base first position of the slice
 * @param end position behind the slice
 * @param objectBytes length of the object
 * @param rawBytes bytes of its messages before packing
 * @param maxMs largest store time, ms; 0 without messages
 * @param complete whether every message of the slice is in this object
 */
public record RpkSummary(
        UUID uuid,
        long base,
        long end,
        long objectBytes,
        long rawBytes,
        int messages,
        int queues,
        long minMs,
        long maxMs,
        boolean complete) {
    RpkSummary(RpkFooter footer) {
        this(
                footer.uuid(),
                footer.base(),
                footer.end(),
                footer.objectBytes(),
                footer.rawBytes(),
                footer.counts().messages(),
                footer.counts().queues(),
                footer.times().minMs(),
                footer.times().maxMs(),
                footer.counts().flags() == 0);
    }
}
