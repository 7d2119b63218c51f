package io.firn.broker.wire.body;

/**
 * Which state of a table this is; tables are exchanged again when their versions differ.
 *
 * @param stateVersion raised when a broker group changes its master
 * @param timestamp milliseconds of the last change
 * @param counter changes so far
 */
public record DataVersion(long stateVersion, long timestamp, long counter) {
    /** The version of a table that has not changed yet. */
    public static DataVersion first(long nowMs) {
        return new DataVersion(0, nowMs, 0);
    }

    /** The version after one more change. */
    public DataVersion next(long nowMs) {
        return new DataVersion(stateVersion, nowMs, counter + 1);
    }
}
