package io.firn.compaction.store;

/**
 * How much one read may return.
 *
 * @param from first queue offset wanted
 * @param maxRecords most records
 * @param maxBytes most bytes; the first record is returned whatever its size
 * @param maxExamined most records to put through the filter
 */
public record ReadLimits(long from, int maxRecords, long maxBytes, int maxExamined) {}
