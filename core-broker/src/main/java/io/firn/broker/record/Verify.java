package io.firn.broker.record;

/** How much {@link RecordView#inspect} looks at. */
public enum Verify {
    /** Magic, all lengths, position. */
    LENGTHS,
    /** Also the body's checksum. */
    CRC
}
