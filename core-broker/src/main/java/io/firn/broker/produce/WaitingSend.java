package io.firn.broker.produce;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutOrigin;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A message that waits for a hook's answer: a copy of what is to be stored. Owner: one io thread. */
final class WaitingSend implements Incoming {

    private final String topic;
    private final int queueId;
    private final int flag;
    private final int sysFlag;
    private final long bornTimestamp;
    private final HostAddress bornHost;
    private final int reconsumeTimes;
    private final long preparedTransactionOffset;
    private final PutOrigin origin;
    private final SendRewrite.@Nullable Shelf shelf;
    private final boolean batch;
    private final @Nullable ClientView client;
    private final byte[] body;
    private final PropertyLayout properties = new PropertyLayout();
    private final long[] passed;

    private WaitingSend(Incoming from, MessageSource stored, long[] passed) {
        this.topic = from.topic();
        this.queueId = from.queueId();
        this.flag = from.flag();
        this.sysFlag = from.sysFlag();
        this.bornTimestamp = from.bornTimestamp();
        this.bornHost = from.bornHost();
        this.reconsumeTimes = from.reconsumeTimes();
        this.preparedTransactionOffset = from.preparedTransactionOffset();
        this.origin = from.origin();
        this.shelf = from.shelf();
        this.batch = from.isBatch();
        this.client = from.client();
        this.body = new byte[stored.bodyLength()];
        stored.copyBody(ByteBuffer.wrap(body));
        byte[] bytes = new byte[from.properties().length()];
        from.properties().copyTo(ByteBuffer.wrap(bytes));
        properties.addAll(bytes, 0, bytes.length);
        this.passed = passed;
    }

    /**
     * A copy.
     *
     * @param stored what hooks made of it
     * @param passed by message: who let it pass
     */
    static WaitingSend copyOf(Incoming from, MessageSource stored, long[] passed) {
        return new WaitingSend(from, stored, passed);
    }

    long[] passed() {
        return passed;
    }

    @Override
    public PropertyLayout properties() {
        return properties;
    }

    @Override
    public boolean isBatch() {
        return batch;
    }

    @Override
    public PutOrigin origin() {
        return origin;
    }

    @Override
    public SendRewrite.@Nullable Shelf shelf() {
        return shelf;
    }

    @Override
    public @Nullable ClientView client() {
        return client;
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
        return preparedTransactionOffset;
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
        return batch ? 0 : properties.length();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        properties.copyTo(to);
    }
}
