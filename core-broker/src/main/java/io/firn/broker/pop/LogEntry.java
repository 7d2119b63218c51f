package io.firn.broker.pop;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An entry of the revive log as the message it is stored as. Beside its tag and key it has {@code TIMER_DELIVER_MS}, the
 * time it was written: by it RocketMQ judges how far it has read this log. Immutable.
 */
record LogEntry(String topic, int queueId, long bornTimestamp, HostAddress bornHost, byte[] body, byte[] properties)
        implements MessageSource {

    /** Which queue of the revive log, and whose. */
    record Place(String topic, int queueId, HostAddress broker) {}

    static LogEntry of(Place place, long nowMs, String tag, String key, byte[] body) {
        String properties =
                "TAGS\u0001" + tag + "\u0002UNIQ_KEY\u0001" + key + "\u0002TIMER_DELIVER_MS\u0001" + nowMs + "\u0002";
        return new LogEntry(
                place.topic, place.queueId, nowMs, place.broker, body, properties.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int flag() {
        return 0;
    }

    @Override
    public int sysFlag() {
        return 0;
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
