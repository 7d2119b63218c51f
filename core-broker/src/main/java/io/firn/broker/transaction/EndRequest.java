package io.firn.broker.transaction;

/**
 * A producer's word on one of its transactions.
 *
 * @param group the producer's group
 * @param offset of the half message in the half queue
 * @param position of the half message in the log
 */
record EndRequest(String group, long offset, long position, Decision decision, Cause cause) {

    /** What becomes of the message. */
    enum Decision {
        COMMIT,
        ROLLBACK
    }

    /** Why the producer says so. */
    enum Cause {
        /** It has done its part. */
        OWN,
        /** It was asked. */
        CHECK
    }
}
