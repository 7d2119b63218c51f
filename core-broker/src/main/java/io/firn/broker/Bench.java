package io.firn.broker;

import io.firn.broker.plugin.PluginHost;
import io.firn.broker.retention.Retention;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.RemotingServer;
import java.util.concurrent.CompletableFuture;

/**
 * What tests of plugins ask of an open broker beyond what clients and operators can. The broker itself uses none of it.
 * Any thread.
 */
public final class Bench {

    private final StoreRooms store;
    private final Retention retention;
    private final TaskAgent housekeeper;
    private final PluginHost plugins;
    private final RemotingServer server;

    Bench(StoreRooms store, Retention retention, TaskAgent housekeeper, PluginHost plugins, RemotingServer server) {
        this.store = store;
        this.retention = retention;
        this.housekeeper = housekeeper;
        this.plugins = plugins;
        this.server = server;
    }

    /** One round of deletion whatever the hour: segments that are expired and not held go. Done when it is. */
    public CompletableFuture<Boolean> cleanUp() {
        return housekeeper.submit(() -> {
            retention.askRound();
            retention.round();
            return true;
        });
    }

    /** Whether everything that is stored is visible to readers. */
    public boolean isCaughtUp() {
        return store.dispatched().get() >= store.log().appended().get();
    }

    /** Position of the first and behind the last byte of the log. */
    public long[] logRange() {
        return new long[] {store.log().minPosition(), store.log().appended().get()};
    }

    /** The plugins. */
    public PluginHost plugins() {
        return plugins;
    }

    /** Cuts all clients off: from here on nothing is acknowledged. */
    void cut() {
        server.cut();
    }
}
