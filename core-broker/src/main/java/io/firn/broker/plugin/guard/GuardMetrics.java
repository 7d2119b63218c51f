package io.firn.broker.plugin.guard;

import io.firn.broker.runtime.MetricFamily;
import io.firn.broker.runtime.MetricFamily.Kind;
import io.firn.broker.runtime.Metrics;
import java.util.List;

/** What is counted of plugins' hooks, by plugin and hook. */
final class GuardMetrics {

    private static final String PLUGIN = "plugin";
    private static final String HOOK = "hook";

    private final MetricFamily calls;
    private final MetricFamily failures;
    private final MetricFamily stuck;
    private final MetricFamily sampledNanos;
    private final MetricFamily samples;
    private final MetricFamily open;

    GuardMetrics(Metrics metrics) {
        this.calls = metrics.family(
                Kind.COUNTER, "firn_plugin_hook_calls_total", "Calls of plugins' hooks that came back.", PLUGIN, HOOK);
        this.failures = metrics.family(
                Kind.COUNTER, "firn_plugin_hook_failures_total", "Calls of plugins' hooks that failed.", PLUGIN, HOOK);
        this.stuck = metrics.family(
                Kind.COUNTER, "firn_plugin_hook_stuck_total", "Calls that did not come back in time.", PLUGIN, HOOK);
        this.sampledNanos = metrics.family(
                Kind.COUNTER,
                "firn_plugin_hook_sampled_seconds_total",
                "Time taken by the calls whose time was taken.",
                PLUGIN,
                HOOK);
        this.samples = metrics.family(
                Kind.COUNTER, "firn_plugin_hook_samples_total", "Calls whose time was taken.", PLUGIN, HOOK);
        this.open = metrics.family(
                Kind.GAUGE,
                "firn_plugin_hook_off",
                "1 while the hook is not called: its breaker is open or it is quarantined.",
                PLUGIN,
                HOOK);
    }

    /** Starts counting a guard's calls. */
    GuardCounts begin(PluginGuard guard, String plugin, String hook) {
        open.put(() -> guard.isOff() ? 1 : 0, plugin, hook);
        GuardCounts counts = new GuardCounts(
                calls.count(plugin, hook),
                failures.count(plugin, hook),
                stuck.count(plugin, hook),
                new Metrics.Count(),
                samples.count(plugin, hook));
        sampledNanos.put(() -> counts.sampledNanos().sum() / 1e9, plugin, hook);
        return counts;
    }

    /** Stops counting. */
    void end(String plugin, String hook) {
        for (MetricFamily family : List.of(calls, failures, stuck, sampledNanos, samples, open)) {
            family.remove(plugin, hook);
        }
    }
}
