package io.firn.broker.log;

/**
 * What opening the log found.
 *
 * @param end position behind the last whole record, where appending goes on
 * @param lastStop how the store was left
 * @param bytesCut bytes that were dropped behind {@code end}, torn or unreadable
 * @param dispatchFrom position from which queues and indexes have to be built again; they may know more already
 * @param scanned bytes that were read and verified
 */
public record RecoveryReport(long end, LastStop lastStop, long bytesCut, long dispatchFrom, long scanned) {

    /** How the store was left. */
    public enum LastStop {
        CLEAN,
        CRASHED
    }
}
