package io.firn.broker.server;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * A client of other processes.
 *
 * @param connectTimeout how long a connection may take to come about
 * @param limits what each connection may keep waiting; its idle time is zero unless idle connections shall be closed
 */
public record ClientConfig(Duration connectTimeout, ConnectionLimits limits) {

    private static final int CONNECT_MS = 3000;

    public static ClientConfig from(ConfigView view) {
        return new ClientConfig(
                view.millis("connectTimeoutMillis", CONNECT_MS, 1, 600_000, "How long connecting to a peer may take."),
                ConnectionLimits.defaults().neverIdle());
    }

    /** What a client uses unless configured. */
    public static ClientConfig defaults() {
        return new ClientConfig(
                Duration.ofMillis(CONNECT_MS), ConnectionLimits.defaults().neverIdle());
    }
}
