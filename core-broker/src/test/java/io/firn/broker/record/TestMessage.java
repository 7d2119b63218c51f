package io.firn.broker.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A message as a test wants it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TestMessage(
        String topic,
        int queueId,
        int flag,
        int sysFlag,
        long bornTimestamp,
        HostAddress bornHost,
        int reconsumeTimes,
        long preparedTransactionOffset,
        byte[] body,
        byte[] properties)
        implements MessageSource {

    public static final HostAddress BORN = HostAddress.parse("10.1.2.3:40000");

    /** A plain message without properties. */
    public static TestMessage of(String topic, int queueId, byte[] body) {
        return new TestMessage(topic, queueId, 0, 0, 1_700_000_000_000L, BORN, 0, 0, body, new byte[0]);
    }

    public static TestMessage of(String topic, int queueId, String body) {
        return of(topic, queueId, body.getBytes(StandardCharsets.UTF_8));
    }

    public TestMessage withProperties(Map<String, String> map) {
        return withProperties(PropertyBytes.encode(map));
    }

    public TestMessage withProperties(byte[] bytes) {
        return new TestMessage(
                topic,
                queueId,
                flag,
                sysFlag,
                bornTimestamp,
                bornHost,
                reconsumeTimes,
                preparedTransactionOffset,
                body,
                bytes);
    }

    /** The same, sent from there. */
    public TestMessage from(HostAddress host) {
        return new TestMessage(
                topic,
                queueId,
                flag,
                sysFlag,
                bornTimestamp,
                host,
                reconsumeTimes,
                preparedTransactionOffset,
                body,
                properties);
    }

    public TestMessage withSysFlag(int bits) {
        return new TestMessage(
                topic,
                queueId,
                flag,
                bits,
                bornTimestamp,
                bornHost,
                reconsumeTimes,
                preparedTransactionOffset,
                body,
                properties);
    }

    public TestMessage withBornHost(HostAddress host) {
        return new TestMessage(
                topic,
                queueId,
                flag,
                sysFlag,
                bornTimestamp,
                host,
                reconsumeTimes,
                preparedTransactionOffset,
                body,
                properties);
    }

    /** One part of a batch body. */
    public static byte[] sub(int flag, byte[] body, byte[] properties) {
        int size = 22 + body.length + properties.length;
        return ByteBuffer.allocate(size)
                .putInt(size)
                .putInt(0)
                .putInt(0)
                .putInt(flag)
                .putInt(body.length)
                .put(body)
                .putShort((short) properties.length)
                .put(properties)
                .array();
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
