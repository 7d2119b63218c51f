package io.firn.tiered.format;

/**
 * One queue's part of an object.
 *
 * @param firstOffset queue offset of its first message
 * @param messages how many there are
 * @param firstFrame ordinal of its first frame; its frames are consecutive
 * @param frames how many frames
 * @param rawBytes bytes of its messages before packing
 */
public record QueueRun(
        String topic,
        int queueId,
        Kind kind,
        long firstOffset,
        int messages,
        int firstFrame,
        int frames,
        long rawBytes) {
    /** What the queue offsets of a run mean. */
    public enum Kind {
        /** Places in the queue. */
        QUEUED,
        /** Nothing: prepared and rolled back halves of transactions, which no consumer reads from here. */
        UNQUEUED
    }
}
