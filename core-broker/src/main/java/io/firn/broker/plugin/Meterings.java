package io.firn.broker.plugin;

import io.firn.broker.plugin.context.Contributions;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.spi.contract.Deadline;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metrics that plugins contribute when the page is rendered. Any thread. */
final class Meterings implements RegistrationSink {

    private final Map<Registered.Metering, Contributions> all = new ConcurrentHashMap<>();

    @Override
    public void add(List<Registered> registered) {
        for (Registered one : registered) {
            if (one instanceof Registered.Metering metering) {
                all.put(metering, new Contributions(metering));
            }
        }
    }

    @Override
    public List<String> remove(Collection<Registered> registered, Leaving leaving, Deadline deadline) {
        registered.forEach(all::remove);
        return List.of();
    }

    List<MetricSnapshot> ask() {
        return all.values().stream().flatMap(one -> one.ask().stream()).toList();
    }
}
