package io.firn.broker.pop;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordView;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A copy of a message that was popped and not acknowledged in time, on its way into the group's retry topic: one more
 * delivery, {@code 1ST_POP_TIME} of its first pop, and {@code ORIGIN_GROUP}. Immutable.
 */
final class ComingAgain implements MessageSource {

    private static final byte[] FIRST_POP_TIME = "1ST_POP_TIME".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ORIGIN_GROUP = "ORIGIN_GROUP".getBytes(StandardCharsets.US_ASCII);
    private static final int ONLY_QUEUE = 0;

    private final PropertyBytes properties = new PropertyBytes();
    private final String topic;
    private final byte[] body;
    private final int flag;
    private final int sysFlag;
    private final long bornTimestamp;
    private final HostAddress bornHost;
    private final int deliveries;

    private ComingAgain(RecordView record, String topic) {
        this.topic = topic;
        this.flag = record.flag();
        this.sysFlag = record.sysFlag();
        this.bornTimestamp = record.bornTimestamp();
        this.bornHost = record.bornHost();
        this.deliveries = record.reconsumeTimes();
        this.body = record.memory()
                .asSlice(record.bodyOffset(), record.bodyLength())
                .toArray(ValueLayout.JAVA_BYTE);
        properties.load(record.memory(), record.propertiesOffset(), record.propertiesLength());
    }

    /** A copy of the record, which may go away. */
    static ComingAgain of(RecordView record, String retryTopic, String group, long popTimeMs) {
        ComingAgain copy = new ComingAgain(record, retryTopic);
        if (copy.deliveries == 0 || !copy.properties.find(FIRST_POP_TIME)) {
            copy.put(FIRST_POP_TIME, Long.toString(popTimeMs).getBytes(StandardCharsets.US_ASCII));
        }
        if (!copy.properties.find(ORIGIN_GROUP)) {
            copy.put(ORIGIN_GROUP, group.getBytes(StandardCharsets.UTF_8));
        }
        return copy;
    }

    /** A message that is full of properties comes again without this one, which clients can do without. */
    private void put(byte[] name, byte[] value) {
        if (properties.length() + name.length + value.length + 3 <= RecordLayout.MAX_PROPERTIES) {
            properties.replace(name, value);
        }
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public int queueId() {
        return ONLY_QUEUE;
    }

    @Override
    public int flag() {
        return flag;
    }

    @Override
    public int sysFlag() {
        return sysFlag;
    }

    @Override
    public long bornTimestamp() {
        return bornTimestamp;
    }

    @Override
    public HostAddress bornHost() {
        return bornHost;
    }

    @Override
    public int reconsumeTimes() {
        return deliveries + 1;
    }

    @Override
    public long preparedTransactionOffset() {
        return 0;
    }

    @Override
    public int bodyLength() {
        return body.length;
    }

    @Override
    public void copyBody(ByteBuffer to) {
        to.put(body);
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
