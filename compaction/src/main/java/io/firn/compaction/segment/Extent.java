package io.firn.compaction.segment;

/**
 * What a segment covers.
 *
 * @param lastOffset queue offset of its last record
 * @param records number of records, dead ones too
 * @param logBytes bytes of all its records
 * @param minStoreTime earliest store time, ms
 * @param maxStoreTime latest store time, ms
 */
public record Extent(long lastOffset, int records, long logBytes, long minStoreTime, long maxStoreTime) {}
