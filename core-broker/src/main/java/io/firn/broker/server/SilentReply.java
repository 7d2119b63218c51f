package io.firn.broker.server;

/** The two outcomes of a handler that put nothing on the wire by themselves. */
enum SilentReply implements Reply {
    LATER,
    NONE
}
