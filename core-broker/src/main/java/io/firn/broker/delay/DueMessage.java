package io.firn.broker.delay;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message put aside, seen as the one that goes to its own queue: everything is the record's but topic and queue, which
 * are those it was sent to. Its properties stay as they are stored. Valid as long as the record's bytes are.
 */
final class DueMessage implements MessageSource {

    private final RecordView record;
    private final String topic;
    private final int queueId;

    private DueMessage(RecordView record, String topic, int queueId) {
        this.record = record;
        this.topic = topic;
        this.queueId = queueId;
    }

    /** Null when the record does not say where it belongs. */
    static @Nullable DueMessage of(RecordView record) {
        String topic = record.property(Aside.REAL_TOPIC);
        int queueId = queueId(record.property(Aside.REAL_QUEUE));
        return topic == null || queueId < 0 ? null : new DueMessage(record, topic, queueId);
    }

    private static int queueId(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            return -1;
        }
        return Integer.parseInt(text);
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
        to.put(bytes(record.bodyOffset(), record.bodyLength()));
    }

    @Override
    public int propertiesLength() {
        return record.propertiesLength();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        to.put(bytes(record.propertiesOffset(), record.propertiesLength()));
    }

    private ByteBuffer bytes(long from, int length) {
        MemorySegment memory = record.memory();
        return memory.asSlice(from, length).asByteBuffer();
    }
}
