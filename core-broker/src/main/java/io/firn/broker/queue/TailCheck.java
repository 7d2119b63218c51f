package io.firn.broker.queue;

/** Looks whether a poll that is about to be parked has something to read already. */
@FunctionalInterface
interface TailCheck {

    /** Whether the poll should go and read instead of waiting. */
    boolean hasMatch(ParkedPoll poll);
}
