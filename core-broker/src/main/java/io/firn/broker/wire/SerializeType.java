package io.firn.broker.wire;

/** How a header is encoded; the top byte of a frame's second word. An answer uses the type of its request. */
public enum SerializeType {
    /** A JSON object, type byte 0. What every client uses unless told otherwise. */
    JSON(0),
    /** Fixed fields and a list of key/value entries, type byte 1. Codes are cut to 16 bits. */
    ROCKETMQ(1);

    private final int typeByte;

    SerializeType(int typeByte) {
        this.typeByte = typeByte;
    }

    /** The byte that announces this type in a frame. */
    int typeByte() {
        return typeByte;
    }
}
