package io.firn.broker.server;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * The io threads shared by all servers and clients of this process.
 *
 * @param threads how many; 0 means one per core
 * @param transport how sockets are driven
 * @param sweepInterval how often each thread looks for idle connections: one timer per thread, not per connection
 */
public record IoConfig(int threads, Transport transport, Duration sweepInterval) {

    static final String TRANSPORT_KEY = "firn.server.transport";

    private static final int MAX_THREADS = 256;

    public static IoConfig from(ConfigView view) {
        return new IoConfig(
                view.integer(
                        "firn.server.ioThreads", 0, 0, MAX_THREADS, "Threads that serve sockets; 0: one per core."),
                view.choice(TRANSPORT_KEY, Transport.AUTO, "How sockets are driven; AUTO is epoll where available."),
                view.millis(
                        "firn.server.idleSweepInterval",
                        10_000,
                        10,
                        600_000,
                        "How often each io thread looks for idle connections."));
    }

    /** The thread count, with 0 replaced by the number of cores. */
    int resolvedThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
