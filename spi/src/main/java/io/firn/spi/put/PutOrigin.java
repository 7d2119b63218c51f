package io.firn.spi.put;

/**
 * Where a message comes from. Hooks see all of these, so that no message gets past a rule.
 *
 * @since 1.0
 */
public enum PutOrigin {
    /** A client sends it. */
    CLIENT,
    /** A client sends it as the first half of a transaction. */
    TRANSACTION_HALF,
    /** Its transaction was committed: the broker stores it in its real queue. */
    TRANSACTION_COMMIT,
    /** Its time has come: the broker stores it in its real queue. */
    DELAY_DELIVERY,
    /** A consumer gave it back: the broker stores it to be delivered again. */
    RETRY,
    /** It failed too often: the broker stores it among the group's dead letters. */
    DEAD_LETTER
}
