package io.firn.broker.plugin.local;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.read.BrokerReader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The door of this package: one reader of the local store per plugin. Any thread. */
public final class LocalReaders {

    private final Stores stores;
    private final LeaseLedger.Counts counts;
    private final ConcurrentHashMap<String, LeaseLedger> ledgers = new ConcurrentHashMap<>();

    /** What is read. */
    record Stores(CommitLog log, ConsumeQueues queues, LocalQueues local) {}

    private LocalReaders(Stores stores, LeaseLedger.Counts counts) {
        this.stores = stores;
        this.counts = counts;
    }

    /** Readers of these stores. */
    public static LocalReaders of(CommitLog log, ConsumeQueues queues, LocalQueues local, Metrics metrics) {
        LeaseLedger.Counts counts = new LeaseLedger.Counts(
                new AtomicInteger(),
                metrics.counter(
                        "firn_plugin_lease_leaks_total", "Leases of the store that plugins did not close themselves."));
        LocalReaders readers = new LocalReaders(new Stores(log, queues, local), counts);
        metrics.gauge("firn_plugin_open_leases", "Leases of the store that plugins hold.", () -> {
            readers.ledgers.values().forEach(LeaseLedger::takeBackLost);
            return counts.open().get();
        });
        return readers;
    }

    /** A reader for a plugin that starts. */
    public BrokerReader reader(String pluginId) {
        LeaseLedger ledger = new LeaseLedger(pluginId, counts);
        LeaseLedger before = ledgers.put(pluginId, ledger);
        if (before != null) {
            before.end();
        }
        return new LocalReader(stores, ledger);
    }

    /** The plugin has stopped: its reader throws from now on. Closes what it still holds and returns how much that was. */
    public int end(String pluginId) {
        LeaseLedger ledger = ledgers.remove(pluginId);
        return ledger == null ? 0 : ledger.end();
    }
}
