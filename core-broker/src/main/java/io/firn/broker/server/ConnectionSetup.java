package io.firn.broker.server;

/**
 * What all connections of one port, or of one client, have in common.
 *
 * @param io the threads that serve them
 * @param limits what each may keep waiting
 * @param requests who serves what the peer asks
 * @param listener who is told of them
 * @param side which of the two opened the connection
 */
record ConnectionSetup(
        IoThreads io, ConnectionLimits limits, RequestRouter requests, ConnectionListener listener, Side side) {

    /** Which end we are. */
    enum Side {
        /** The peer came to us. It may be silent as long as it likes. */
        SERVER,
        /** We went to the peer. When it leaves calls unanswered and sends nothing else, a new connection is better. */
        CLIENT
    }
}
