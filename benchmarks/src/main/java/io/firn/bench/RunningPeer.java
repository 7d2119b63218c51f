package io.firn.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A started peer: the process that is measured, and those that only have to be there. Owned by the thread that runs
 * the scenario.
 */
final class RunningPeer implements AutoCloseable {
    private final Peer peer;
    private final ChildProcess broker;
    private final List<ChildProcess> beside;
    private final InetSocketAddress address;
    private boolean stopped;

    RunningPeer(Peer peer, ChildProcess broker, List<ChildProcess> beside, InetSocketAddress address) {
        this.peer = peer;
        this.broker = broker;
        this.beside = List.copyOf(beside);
        this.address = address;
    }

    Peer peer() {
        return peer;
    }

    String name() {
        return peer.title();
    }

    InetSocketAddress address() {
        return address;
    }

    long pid() {
        return broker.pid();
    }

    Path output() {
        return broker.output();
    }

    Duration startToReady() {
        return broker.startToReady();
    }

    /** Opens a connection for administration. */
    AdminCalls admin() {
        return AdminCalls.connect(this);
    }

    /** Takes it off the CPU, so that it does not disturb a measurement of another. */
    void pause() {
        broker.pause();
    }

    void resume() {
        broker.resume();
    }

    /** Stops the broker cleanly and returns how long that took; then ends what stood beside it. */
    Duration stop() {
        stopped = true;
        try {
            return broker.stop();
        } finally {
            beside.forEach(ChildProcess::close);
        }
    }

    @Override
    public void close() {
        if (!stopped) {
            broker.resume();
            stop();
        }
    }
}
