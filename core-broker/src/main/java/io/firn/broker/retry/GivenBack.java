package io.firn.broker.retry;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Utf8Cache;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A copy of a message that was given back, with what it takes on the way: one more delivery, {@code RETRY_TOPIC} and
 * {@code ORIGIN_MESSAGE_ID} of its first one, {@code WAIT=false}, and {@code DELAY} unless it is a dead letter. Owner:
 * whoever made it.
 */
final class GivenBack implements MessageSource {

    private static final byte[] RETRY_TOPIC = ascii("RETRY_TOPIC");
    private static final byte[] ORIGIN_ID = ascii("ORIGIN_MESSAGE_ID");
    private static final byte[] WAIT = ascii("WAIT");
    private static final byte[] DELAY = ascii("DELAY");
    private static final byte[] FALSE = ascii("false");

    private final PropertyBytes properties = new PropertyBytes();
    private final byte[] body;
    private final int flag;
    private final int sysFlag;
    private final long bornTimestamp;
    private final HostAddress bornHost;
    private final int deliveries;
    private String topic;
    private int queueId;

    private GivenBack(RecordView record, long position) {
        this.topic = record.topic(new Utf8Cache(2));
        this.queueId = record.queueId();
        this.flag = record.flag();
        this.sysFlag = record.sysFlag();
        this.bornTimestamp = record.bornTimestamp();
        this.bornHost = record.bornHost();
        this.deliveries = record.reconsumeTimes();
        this.body = record.memory()
                .asSlice(record.bodyOffset(), record.bodyLength())
                .toArray(ValueLayout.JAVA_BYTE);
        properties.load(record.memory(), record.propertiesOffset(), record.propertiesLength());
        if (!properties.find(RETRY_TOPIC)) {
            properties.append(RETRY_TOPIC, topic.getBytes(StandardCharsets.UTF_8));
        }
        if (!properties.find(ORIGIN_ID)) {
            properties.append(ORIGIN_ID, ascii(new MessageId(record.storeHost(), position).toString()));
        }
        properties.replace(WAIT, FALSE);
    }

    /** Copies the record that stands, or stood, at this log position. */
    static GivenBack of(RecordView record, long position) {
        return new GivenBack(record, position);
    }

    /** How often it came before it was given back. */
    int deliveries() {
        return deliveries;
    }

    /** Lets it come again in this queue. */
    GivenBack again(String retryTopic, int queue, int delayLevel) {
        properties.replace(DELAY, ascii(Integer.toString(delayLevel)));
        return to(retryTopic, queue);
    }

    /** Lets it end here. */
    GivenBack deadIn(String deadLetterTopic) {
        boolean there = properties.remove(DELAY);
        while (there) {
            // the same name may have been sent twice
            there = properties.remove(DELAY);
        }
        return to(deadLetterTopic, 0);
    }

    private GivenBack to(String nextTopic, int nextQueue) {
        topic = nextTopic;
        queueId = nextQueue;
        return this;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
