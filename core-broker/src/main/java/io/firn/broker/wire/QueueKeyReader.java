package io.firn.broker.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import io.firn.broker.wire.body.MessageQueue;
import java.io.IOException;

/** Reads a queue that is a map key: by then always a string that holds the queue's JSON. */
final class QueueKeyReader extends KeyDeserializer {
    @Override
    public MessageQueue deserializeKey(String key, DeserializationContext context) throws IOException {
        ObjectCodec codec = context.getParser().getCodec();
        try (JsonParser parser = codec.getFactory().createParser(key)) {
            return codec.readValue(parser, MessageQueue.class);
        }
    }
}
