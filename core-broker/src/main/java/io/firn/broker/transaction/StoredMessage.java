package io.firn.broker.transaction;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import io.firn.broker.topic.TopicName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A message this room stores or sends, on the heap. Immutable but for being read. */
final class StoredMessage implements MessageSource {

    private static final String REMOVED = "d";

    private final String topic;
    private final int queueId;
    private final int flag;
    private final int sysFlag;
    private final long bornTimestamp;
    private final HostAddress bornHost;
    private final int reconsumeTimes;
    private final long preparedPosition;
    private final byte[] body;
    private final PropertyBytes properties;

    private StoredMessage(String topic, int queueId, HalfRecord from, Marks marks) {
        RecordView view = from.view();
        this.topic = topic;
        this.queueId = queueId;
        this.flag = view.flag();
        this.sysFlag = SysFlag.withTransaction(view.sysFlag(), marks.transaction);
        this.bornTimestamp = view.bornTimestamp();
        this.bornHost = view.bornHost();
        this.reconsumeTimes = view.reconsumeTimes();
        this.preparedPosition = marks.preparedPosition;
        this.body = from.body();
        this.properties = new PropertyBytes().load(view.memory(), view.propertiesOffset(), view.propertiesLength());
    }

    private StoredMessage(byte[] body, HostAddress host, long nowMs) {
        this.topic = TopicName.TRANSACTION_OP;
        this.queueId = 0;
        this.flag = 0;
        this.sysFlag = 0;
        this.bornTimestamp = nowMs;
        this.bornHost = host;
        this.reconsumeTimes = 0;
        this.preparedPosition = 0;
        this.body = body;
        this.properties = new PropertyBytes();
    }

    /** What tells a committed message from others. */
    private record Marks(int transaction, long preparedPosition) {

        static final Marks NONE = new Marks(SysFlag.TRANSACTION_NONE, 0);
    }

    /** What consumers get of this half message; it has a real topic and queue. */
    static StoredMessage committed(HalfRecord half, String realTopic) {
        StoredMessage message = new StoredMessage(
                realTopic, half.realQueue(), half, new Marks(SysFlag.TRANSACTION_COMMIT, half.position()));
        message.drop(HalfProperties.REAL_TOPIC);
        message.drop(HalfProperties.REAL_QUEUE);
        return message;
    }

    /** What its producer is asked about, for the so many-th time; it has a real topic and queue. */
    static StoredMessage question(HalfRecord half, String realTopic, int checks) {
        return new StoredMessage(realTopic, half.realQueue(), half, Marks.NONE).with(checks);
    }

    /** What is kept of a half message that is given up. */
    static StoredMessage exhausted(HalfRecord half, int checks) {
        return new StoredMessage(TopicName.TRANSACTION_EXHAUSTED, 0, half, Marks.NONE).with(checks);
    }

    /** The half message that was given up, again. */
    static StoredMessage resumed(HalfRecord exhausted) {
        StoredMessage message = new StoredMessage(TopicName.TRANSACTION_HALF, 0, exhausted, Marks.NONE).with(0);
        message.drop(HalfProperties.FIRST_OFFSET);
        return message;
    }

    /** The note that half messages have ended: {@code body} is a comma after each of their offsets. */
    static StoredMessage ends(byte[] body, HostAddress host, long nowMs) {
        StoredMessage message = new StoredMessage(body, host, nowMs);
        message.properties.append(HalfProperties.ascii(HalfProperties.TAGS), HalfProperties.ascii(REMOVED));
        return message;
    }

    private StoredMessage with(int checks) {
        properties.replace(
                HalfProperties.ascii(HalfProperties.CHECK_TIMES), HalfProperties.ascii(Integer.toString(checks)));
        return this;
    }

    private void drop(String property) {
        byte[] name = property.getBytes(StandardCharsets.US_ASCII);
        boolean dropped = properties.remove(name);
        while (dropped) {
            dropped = properties.remove(name);
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
        return reconsumeTimes;
    }

    @Override
    public long preparedTransactionOffset() {
        return preparedPosition;
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
