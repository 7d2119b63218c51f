package io.firn.broker.plugin.context;

import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricSink;
import io.firn.spi.metrics.MetricsContributor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one contributor, on a thread of its plugin, when the page is rendered. One that is late or fails is shown with its
 * last values and a flag; it is not asked again before it has answered. Owner: the scraping thread, under the monitor.
 */
public final class Contributions {

    private static final Logger LOG = LoggerFactory.getLogger(Contributions.class);
    private static final long BUDGET_MS = 100;

    private final PluginRef owner;
    private final MetricsContributor contributor;
    private final String prefix;
    private List<MetricSnapshot> last = List.of();
    private CompletableFuture<List<MetricSnapshot>> running = CompletableFuture.completedFuture(List.of());

    public Contributions(Registered.Metering registered) {
        this.owner = registered.owner();
        this.contributor = registered.contributor();
        this.prefix = "firn_plugin_" + owner.id().replace('-', '_') + "_";
    }

    /** The present values, or those of last time; the flag {@code metrics_stale} with them. */
    public synchronized List<MetricSnapshot> ask() {
        boolean stale = true;
        try {
            if (running.isDone()) {
                CompletableFuture<List<MetricSnapshot>> fresh = new CompletableFuture<>();
                running = fresh;
                owner.threads().execute(() -> collect(fresh));
            }
            last = running.get(BUDGET_MS, TimeUnit.MILLISECONDS);
            stale = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("metrics of plugin {} are those of last time", owner, e);
        }
        Sheet flag = new Sheet(prefix);
        flag.gauge("metrics_stale", "1 when the plugin did not give its metrics in time.", stale ? 1 : 0);
        List<MetricSnapshot> all = new ArrayList<>(last);
        all.addAll(flag.close());
        return all;
    }

    private void collect(CompletableFuture<List<MetricSnapshot>> result) {
        Sheet sheet = new Sheet(prefix);
        try {
            contributor.collect(sheet);
            result.complete(sheet.close());
        } catch (Throwable e) { // a guard: what a plugin throws ends here
            result.completeExceptionally(e);
            Faults.tell(owner, "metrics", e);
        }
    }

    /** Values of one reading; owner: the thread that reads. */
    private static final class Sheet implements MetricSink {

        private final Thread thread = Thread.currentThread();
        private final String prefix;
        private final Map<String, PluginSeries.Family> families = new HashMap<>();
        private int series;
        private boolean closed;

        Sheet(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void counter(String name, String help, long value, Label... labels) {
            Series.Total total = new Series.Total();
            total.add(value);
            put(name, help, PluginSeries.Kind.COUNTER, labels, total);
        }

        @Override
        public void gauge(String name, String help, double value, Label... labels) {
            Series.Level level = new Series.Level();
            level.set(value);
            put(name, help, PluginSeries.Kind.GAUGE, labels, level);
        }

        private void put(String name, String help, PluginSeries.Kind kind, Label[] labels, Series value) {
            if (closed || Thread.currentThread() != thread) {
                throw new IllegalStateException("a metric sink is good for one collect() on its thread");
            }
            PluginSeries.checkName(name);
            if (series++ < PluginSeries.MAX_SERIES) {
                families.computeIfAbsent(
                                name, key -> new PluginSeries.Family(prefix + name, help, kind, new HashMap<>()))
                        .series()
                        .put(PluginSeries.sorted(labels), value);
            }
        }

        List<MetricSnapshot> close() {
            closed = true;
            return families.values().stream().map(Snapshots::of).toList();
        }
    }
}
