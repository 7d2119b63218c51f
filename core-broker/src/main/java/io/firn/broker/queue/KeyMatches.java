package io.firn.broker.queue;

/**
 * What the key index knows of a key: hashes may collide, so the caller checks topic and key of each record.
 *
 * @param positions log positions, newest first; may hold a position twice
 * @param lastStoreTimeMs store time of the newest record indexed at all; 0 when there is none
 * @param lastPosition its log position
 */
// an array, because this is a list of plain numbers that is made and read once
@SuppressWarnings("ArrayRecordComponent")
public record KeyMatches(long[] positions, long lastStoreTimeMs, long lastPosition) {}
