package io.firn.tiered.archive;

/**
 * Positions of the log that neither the disk nor the bucket has. Archiving waits behind them until an operator accepts the
 * loss: they may still come back, from a backup of the disk or a replica.
 *
 * @param from the first one
 * @param to behind the last one
 */
public record LostRange(long from, long to) {}
