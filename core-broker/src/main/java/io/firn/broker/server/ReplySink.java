package io.firn.broker.server;

/** Where a {@link Responder} puts its answer. Any thread. */
interface ReplySink {

    /** Takes an answered responder that wants its answer sent. */
    void send(Responder answered);

    /** A responder is settled without anything to send: one-way, or answered in another way. */
    void settled();
}
