package io.firn.broker.group;

import io.firn.broker.wire.body.ConsumeFromWhere;
import io.firn.broker.wire.body.ConsumeType;
import io.firn.broker.wire.body.ConsumerBody;
import io.firn.broker.wire.body.MessageModel;

/** How a group consumes, as its last heartbeat said. */
public record ConsumeMode(ConsumeType type, MessageModel model, ConsumeFromWhere from) {

    static ConsumeMode of(ConsumerBody body) {
        return new ConsumeMode(body.consumeType(), body.messageModel(), body.consumeFromWhere());
    }

    /** Whether every member gets every message. */
    public boolean broadcasting() {
        return model == MessageModel.BROADCASTING;
    }
}
