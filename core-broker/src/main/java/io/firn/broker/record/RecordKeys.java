package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What the queues and the key index want of a record's properties, found in one pass over a copy on the heap: scanning
 * an array is several times faster than scanning mapped memory. Owner: one {@link RecordView}.
 */
final class RecordKeys {

    private static final byte[] TAGS = "TAGS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEYS = "KEYS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNIQ_KEY = "UNIQ_KEY".getBytes(StandardCharsets.US_ASCII);
    private static final byte WORD_END = ' ';

    private final PropertyBytes properties = new PropertyBytes();

    void load(MemorySegment memory, long at, int length) {
        properties.load(memory, at, length);
    }

    PropertyBytes properties() {
        return properties;
    }

    long tagsCode() {
        return properties.find(TAGS)
                ? TagHash.of(properties.array(), properties.valueOffset(), properties.valueLength())
                : 0;
    }

    void forEach(KeyConsumer consumer) {
        if (properties.find(UNIQ_KEY)) {
            consumer.accept(
                    KeyConsumer.Kind.UNIQUE, properties.array(), properties.valueOffset(), properties.valueLength());
        }
        if (properties.find(KEYS)) {
            words(consumer, properties.valueOffset(), properties.valueOffset() + properties.valueLength());
        }
    }

    private void words(KeyConsumer consumer, int from, int end) {
        byte[] bytes = properties.array();
        int start = from;
        for (int i = from; i <= end; i++) {
            if (i == end || bytes[i] == WORD_END) {
                if (i > start) {
                    consumer.accept(KeyConsumer.Kind.KEY, bytes, start, i - start);
                }
                start = i + 1;
            }
        }
    }
}
