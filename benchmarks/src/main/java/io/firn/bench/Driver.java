package io.firn.bench;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** The load of one connection. */
interface Driver {
    /** Part of a driver that runs on a thread of its own until the load is stopped and answered, or done. */
    @FunctionalInterface
    interface Part {
        void run() throws IOException;
    }

    /** The parts of this driver over a connected, blocking channel; called once. */
    List<Part> parts(SocketChannel channel, LoadPhase phase);

    /** What this connection has seen. */
    Tally tally();
}
