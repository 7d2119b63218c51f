package io.firn.broker.queue;

import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordView;
import java.nio.charset.StandardCharsets;

/** What the third field of a record's entry says. Owner: one thread. */
final class TagsCodes {

    private static final String SCHEDULE_TOPIC = "SCHEDULE_TOPIC_XXXX";
    private static final byte[] DELAY = "DELAY".getBytes(StandardCharsets.US_ASCII);

    private final DelayLevels delayLevels;

    TagsCodes(DelayLevels delayLevels) {
        this.delayLevels = delayLevels;
    }

    /** The hash of the tags; for a delayed message, the time it is due. */
    long of(String topic, RecordView record) {
        if (topic.equals(SCHEDULE_TOPIC)) {
            int level = delayLevel(record.properties());
            if (level > 0) {
                return record.storeTimestamp() + delayLevels.delayMs(level);
            }
        }
        return record.tagsCode();
    }

    /** Property DELAY as a number; 0 when it is none. */
    private static int delayLevel(PropertyBytes properties) {
        if (!properties.find(DELAY) || properties.valueLength() > 9) {
            return 0;
        }
        int level = 0;
        byte[] bytes = properties.array();
        int end = properties.valueOffset() + properties.valueLength();
        for (int i = properties.valueOffset(); i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return 0;
            }
            level = level * 10 + (bytes[i] - '0');
        }
        return level;
    }
}
