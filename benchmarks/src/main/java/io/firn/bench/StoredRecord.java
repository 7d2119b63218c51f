package io.firn.bench;

/** How long a message becomes in the log: what "so many GiB of log" and the limit's answers are computed from. */
final class StoredRecord {
    /** Fixed fields of a record with IPv4 addresses, the three length fields included. */
    private static final int FIXED = 91;
    /** {@code UNIQ_KEY}, {@code WAIT} and what the broker adds to a single message. */
    private static final int SINGLE_PROPERTIES = 120;
    /** {@code UNIQ_KEY} and {@code WAIT}: a batch's messages get nothing added. */
    private static final int BATCH_PROPERTIES = 52;

    private StoredRecord() {}

    /** Bytes of a message sent alone. */
    static int bytes(String topic, int bodyBytes) {
        return FIXED + bodyBytes + topic.length() + SINGLE_PROPERTIES;
    }

    /** Bytes of a message sent in a batch. */
    static int batchedBytes(String topic, int bodyBytes) {
        return FIXED + bodyBytes + topic.length() + BATCH_PROPERTIES;
    }
}
