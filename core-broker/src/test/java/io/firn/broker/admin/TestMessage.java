package io.firn.broker.admin;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import java.nio.ByteBuffer;

/** A message of a test, with its properties as they are stored. */
record TestMessage(String topic, int queueId, byte[] body, byte[] properties) implements MessageSource {

    private static final HostAddress BORN = HostAddress.parse("127.0.0.1:5000");

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
        return 1_700_000_000_000L;
    }

    @Override
    public HostAddress bornHost() {
        return BORN;
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
        return body.length;
    }

    @Override
    public void copyBody(ByteBuffer to) {
        to.put(body);
    }

    @Override
    public int propertiesLength() {
        return properties.length;
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        to.put(properties);
    }
}
