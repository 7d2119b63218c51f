package io.firn.broker.record;

/** What {@link RecordView#inspect} found at a position. */
public enum RecordStatus {
    /** A whole record. */
    OK,
    /** The head of a filler: nothing follows in this segment. */
    FILLER,
    /** Eight zero bytes: never written. */
    ZERO,
    /** Neither a record nor a filler. */
    BAD_MAGIC,
    /** A length is negative, leaves the record, or the lengths do not add up to the total size. */
    BAD_LENGTH,
    /** The body is not what was stored. */
    BAD_CRC,
    /** A record of another place: left over, or copied. */
    BAD_POSITION
}
