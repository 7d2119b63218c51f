package io.firn.broker.pop;

/** How a push consumer gets messages. */
public enum RequestMode {
    /** It reads queues that are its own. */
    PULL,
    /** The broker chooses the queue for each pop. */
    POP
}
