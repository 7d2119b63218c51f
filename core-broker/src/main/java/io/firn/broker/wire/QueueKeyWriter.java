package io.firn.broker.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import io.firn.broker.wire.body.MessageQueue;
import java.io.IOException;

/** Marks a queue that is a map key, as its JSON behind a NUL, so that {@link JsonText} writes it unquoted. */
final class QueueKeyWriter extends JsonSerializer<MessageQueue> {
    /** No key of another kind begins like this. */
    static final char RAW = 0;

    @Override
    public void serialize(MessageQueue queue, JsonGenerator out, SerializerProvider provider) throws IOException {
        StringBuilder key = new StringBuilder().append(RAW).append("{\"topic\":");
        JsonText.quote(key, queue.topic());
        key.append(",\"brokerName\":");
        JsonText.quote(key, queue.brokerName());
        key.append(",\"queueId\":").append(queue.queueId()).append('}');
        out.writeFieldName(key.toString());
    }
}
