package io.firn.broker.timer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordView;
import io.firn.broker.topic.TopicName;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record of the timer topic as it is stored next: in its own queue, or in the timer topic again. All is the record's but
 * what is said here. Valid as long as the record's bytes are.
 */
final class TimerMessage implements MessageSource {

    /** Between two pairs, between a name and its value, and at the end. */
    private static final int SEPARATORS = 3;

    private final RecordView record;
    private final String topic;
    private final int queueId;
    private final PropertyBytes properties;

    private TimerMessage(RecordView record, String topic, int queueId) {
        this.record = record;
        this.topic = topic;
        this.queueId = queueId;
        this.properties =
                new PropertyBytes().load(record.memory(), record.propertiesOffset(), record.propertiesLength());
    }

    /** What consumers get; null when the record does not say which queue that is. */
    static @Nullable TimerMessage due(RecordView record, long notedMs, long nowMs) {
        String topic = record.property(TimerProperties.REAL_TOPIC);
        long queue = TimerProperties.number(record.property(TimerProperties.REAL_QUEUE));
        if (topic == null || queue < 0 || queue > Integer.MAX_VALUE || topic.equals(TopicName.TIMER)) {
            return null;
        }
        TimerMessage message = new TimerMessage(record, topic, (int) queue);
        message.drop(TimerProperties.REAL_TOPIC);
        message.drop(TimerProperties.REAL_QUEUE);
        message.stamp(notedMs, nowMs);
        return message;
    }

    /** The same message, to be noted again. */
    static TimerMessage rolled(RecordView record, long notedMs, long nowMs) {
        TimerMessage message = new TimerMessage(record, TopicName.TIMER, 0);
        long rolls = Math.max(0, TimerProperties.number(record.property(TimerProperties.ROLLS)));
        message.put(TimerProperties.ROLLS, rolls + 1);
        message.stamp(notedMs, nowMs);
        return message;
    }

    private void stamp(long notedMs, long nowMs) {
        put(TimerProperties.NOTED_MS, notedMs);
        put(TimerProperties.DELIVERED_MS, nowMs);
    }

    /** Tells more about the message, unless its properties have no room left: it is not refused for that. */
    private void put(String name, long value) {
        byte[] key = name.getBytes(UTF_8);
        byte[] text = Long.toString(value).getBytes(UTF_8);
        if (properties.length() + key.length + text.length + SEPARATORS <= RecordLayout.MAX_PROPERTIES) {
            properties.replace(key, text);
        }
    }

    private void drop(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        boolean dropped = properties.remove(bytes);
        while (dropped) {
            dropped = properties.remove(bytes);
        }
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public int queueId() {
        return queueId;
    }

    @Override
    public int flag() {
        return record.flag();
    }

    @Override
    public int sysFlag() {
        return record.sysFlag();
    }

    @Override
    public long bornTimestamp() {
        return record.bornTimestamp();
    }

    @Override
    public HostAddress bornHost() {
        return record.bornHost();
    }

    @Override
    public int reconsumeTimes() {
        return record.reconsumeTimes();
    }

    @Override
    public long preparedTransactionOffset() {
        return 0;
    }

    @Override
    public int bodyLength() {
        return record.bodyLength();
    }

    @Override
    public void copyBody(ByteBuffer to) {
        to.put(record.memory().asSlice(record.bodyOffset(), record.bodyLength()).asByteBuffer());
    }

    @Override
    public int propertiesLength() {
        return properties.length();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        properties.copyTo(to);
    }
}
