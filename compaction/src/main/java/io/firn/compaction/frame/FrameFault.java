package io.firn.compaction.frame;

/** What is wrong with the bytes of a record. */
public enum FrameFault {
    /** Nothing. */
    NONE("is sound"),
    /** The bytes end before the record does. */
    SHORT("is cut off"),
    /** Neither magic of a stored message. */
    MAGIC("does not start with a record's magic"),
    /** The lengths of its fields do not add up to its size. */
    LENGTH("has lengths that do not add up"),
    /** Another queue offset than the one it was looked up by. */
    OFFSET("carries another queue offset"),
    /** Another size than its index says. */
    SIZE("has another size than its index says"),
    /** The checksum of its body is wrong. */
    BODY("fails its body's checksum");

    private final String text;

    FrameFault(String text) {
        this.text = text;
    }

    /** The fault as the end of a sentence that starts with "the record". */
    public String text() {
        return text;
    }
}
