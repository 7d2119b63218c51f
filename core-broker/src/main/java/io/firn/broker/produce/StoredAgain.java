package io.firn.broker.produce;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message that the broker itself stores: half messages that are committed, delayed ones that are due, retries. Owner:
 * one thread.
 */
final class StoredAgain implements Incoming, SendRewrite.Draft {

    private final MessageSource source;
    private final PutOrigin origin;
    private final PropertyLayout properties = new PropertyLayout();
    private String topic;
    private int queueId;
    private SendRewrite.@Nullable Shelf shelf;

    StoredAgain(MessageSource source, PutOrigin origin) {
        this.source = source;
        this.origin = origin;
        this.topic = source.topic();
        this.queueId = source.queueId();
        byte[] bytes = new byte[source.propertiesLength()];
        source.copyProperties(ByteBuffer.wrap(bytes));
        properties.addAll(bytes, 0, bytes.length);
    }

    @Override
    public PropertyLayout properties() {
        return properties;
    }

    @Override
    public void redirect(String to, int queue) {
        topic = to;
        queueId = queue;
    }

    @Override
    public void putAside(SendRewrite.Shelf on) {
        shelf = on;
    }

    @Override
    public SendRewrite.@Nullable Shelf shelf() {
        return shelf;
    }

    @Override
    public int delayLevel() {
        return SendRules.delayLevel(properties);
    }

    @Override
    public boolean isTimed() {
        return SendRules.isTimed(properties);
    }

    @Override
    public boolean isHalf() {
        return false;
    }

    @Override
    public @Nullable String property(String name) {
        return properties.text(name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int maxReconsumeTimes() {
        return -1;
    }

    @Override
    public void put(String property, String value) {
        properties.add(PropertyLayout.entry(property, value));
    }

    @Override
    public void remove(String property) {
        properties.remove(property.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isBatch() {
        return false;
    }

    @Override
    public PutOrigin origin() {
        return origin;
    }

    @Override
    public @Nullable ClientView client() {
        return null;
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
        return source.flag();
    }

    @Override
    public int sysFlag() {
        return source.sysFlag();
    }

    @Override
    public long bornTimestamp() {
        return source.bornTimestamp();
    }

    @Override
    public HostAddress bornHost() {
        return source.bornHost();
    }

    @Override
    public int reconsumeTimes() {
        return source.reconsumeTimes();
    }

    @Override
    public long preparedTransactionOffset() {
        return source.preparedTransactionOffset();
    }

    @Override
    public int bodyLength() {
        return source.bodyLength();
    }

    @Override
    public void copyBody(ByteBuffer to) {
        source.copyBody(to);
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
