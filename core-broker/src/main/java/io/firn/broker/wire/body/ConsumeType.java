package io.firn.broker.wire.body;

/** How a group gets its messages. */
public enum ConsumeType {
    CONSUME_ACTIVELY,
    CONSUME_PASSIVELY,
    CONSUME_POP
}
