package io.firn.broker.timer;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.topic.TopicName;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The record of the timer topic that says that a message is not to come, as RocketMQ writes it. Immutable. */
final class RecallMark implements MessageSource {

    private static final byte[] BODY = {'0'};
    private static final String TAG = "_RECALL_TAG_";

    private final HostAddress from;
    private final long nowMs;
    private final byte[] properties;

    /**
     * The mark for one message.
     *
     * @param slotMs where the message waits
     * @param from who recalls it
     */
    RecallMark(RecallHandle handle, long slotMs, String producerGroup, HostAddress from, long nowMs) {
        this.from = from;
        this.nowMs = nowMs;
        Map<String, String> all = new LinkedHashMap<>();
        all.put("TAGS", TAG);
        all.put(TimerProperties.RECALLS, handle.uniqueKey());
        all.put(TimerProperties.UNIQUE_KEY, handle.uniqueKey());
        all.put(TimerProperties.DELIVER_MS, Long.toString(handle.dueMs()));
        all.put("BORN_TIMESTAMP", Long.toString(nowMs));
        if (!producerGroup.isEmpty()) {
            all.put("PGROUP", producerGroup);
        }
        all.put(TimerProperties.OUT_MS, Long.toString(slotMs));
        all.put(TimerProperties.REAL_TOPIC, handle.topic());
        all.put(TimerProperties.REAL_QUEUE, "0");
        this.properties = PropertyBytes.encode(all);
    }

    @Override
    public String topic() {
        return TopicName.TIMER;
    }

    @Override
    public int queueId() {
        return 0;
    }

    @Override
    public int flag() {
        return 0;
    }

    @Override
    public int sysFlag() {
        return 0;
    }

    @Override
    public long bornTimestamp() {
        return nowMs;
    }

    @Override
    public HostAddress bornHost() {
        return from;
    }

    @Override
    public int reconsumeTimes() {
        return 0;
    }

    @Override
    public long preparedTransactionOffset() {
        return 0;
    }

    @Override
    public int bodyLength() {
        return BODY.length;
    }

    @Override
    public void copyBody(ByteBuffer to) {
        to.put(BODY);
    }

    @Override
    public int propertiesLength() {
        return properties.length;
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        to.put(properties, 0, properties.length);
    }
}
