package io.firn.tiered.format;

/** Sums over the frame that is being filled; owned by the writer's thread, reset for each frame. */
final class FrameStats {
    int rawBytes;
    int messages;
    long firstOffset;
    long minMs;
    long maxMs;
    long tagMask;

    void reset() {
        rawBytes = 0;
        messages = 0;
        tagMask = 0;
    }

    void add(int size, long queueOffset, long storeMs, int tagHash) {
        if (messages == 0) {
            firstOffset = queueOffset;
            minMs = storeMs;
            maxMs = storeMs;
        }
        rawBytes += size;
        messages++;
        minMs = Math.min(minMs, storeMs);
        maxMs = Math.max(maxMs, storeMs);
        tagMask |= FrameTable.tagBit(tagHash);
    }
}
