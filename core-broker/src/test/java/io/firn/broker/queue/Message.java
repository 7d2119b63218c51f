package io.firn.broker.queue;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A message of a test. {@code properties} as {@code NAME=value} pairs. */
record Message(String topic, int queueId, int sysFlag, byte[] body, String... properties) implements MessageSource {

    private static final HostAddress BORN = HostAddress.parse("127.0.0.1:5000");

    static Message of(String topic, int queueId, String body, String... properties) {
        return new Message(topic, queueId, 0, body.getBytes(StandardCharsets.UTF_8), properties);
    }

    @Override
    public int flag() {
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
        return encodedProperties().length;
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        to.put(encodedProperties());
    }

    private byte[] encodedProperties() {
        StringBuilder text = new StringBuilder();
        for (String property : properties) {
            text.append(property.replaceFirst("=", "\u0001")).append('\u0002');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
