package io.firn.broker.record;

/** Takes the keys a record is indexed by. The bytes are valid during the call only. */
@FunctionalInterface
public interface KeyConsumer {

    /** Where a key comes from. */
    enum Kind {
        /** The client's message id, property {@code UNIQ_KEY}. */
        UNIQUE,
        /** One word of property {@code KEYS}. */
        KEY
    }

    /** One key: {@code length} bytes of UTF-8 in {@code bytes} from {@code from}. */
    void accept(Kind kind, byte[] bytes, int from, int length);
}
