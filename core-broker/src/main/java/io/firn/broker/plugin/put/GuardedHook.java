package io.firn.broker.plugin.put;

import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.runtime.MetricFamily;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.OnFailure;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** One put hook, where it stands, and what is said for it when it can not speak. Immutable; any thread. */
final class GuardedHook {

    /** Phase, priority high first, plugin, name: total and stable. */
    static final Comparator<GuardedHook> ORDER = Comparator.comparing((GuardedHook hook) -> hook.spec.phase())
            .thenComparingLong(hook -> -(long) hook.spec.priority())
            .thenComparing(hook -> hook.guard.owner().pluginId())
            .thenComparing(hook -> hook.spec.name());

    final HookSpec spec;
    final PutMessageHook hook;
    final PluginGuard guard;
    final ClassLoader loader;
    /** Its bit in {@code PutDraft.passed()}. */
    final long bit;

    final boolean validates;
    final boolean listens;
    final Metrics.Count rejects;
    final Metrics.Count undeclared;
    /** What becomes of a message that the hook was not asked about; null to store it. */
    final @Nullable Verdict whenFailed;

    GuardedHook(HookSpec spec, PutMessageHook hook, PluginGuard guard, long bit, HookMetrics metrics) {
        this.spec = spec;
        this.hook = hook;
        this.guard = guard;
        this.bit = bit;
        this.loader = guard.owner().loader();
        this.validates = spec.phase() == Phase.VALIDATE;
        this.listens = listens(hook);
        this.rejects = metrics.rejects(guard);
        this.undeclared = metrics.undeclared(guard);
        this.whenFailed = whenFailed(spec, guard);
    }

    static @Nullable Verdict whenFailed(HookSpec spec, PluginGuard guard) {
        return spec.onFailure() == OnFailure.FAIL_OPEN
                ? null
                : Verdict.reject(
                        RejectCode.SYSTEM_ERROR,
                        "plugin " + guard.owner().pluginId() + ": its hook " + spec.name()
                                + " failed, and messages are not stored without it");
    }

    /** Whether the hook's class does anything in {@code afterPut}; when in doubt it does. */
    private static boolean listens(PutMessageHook hook) {
        try {
            return hook.getClass()
                            .getMethod("afterPut", PutView.class, PutOutcome.class)
                            .getDeclaringClass()
                    != PutMessageHook.class;
        } catch (NoSuchMethodException | LinkageError e) {
            return true;
        }
    }

    /** What is counted of put hooks beside what guards count. */
    static final class HookMetrics {

        private final MetricFamily rejects;
        private final MetricFamily undeclared;

        HookMetrics(Metrics metrics) {
            this.rejects = metrics.family(
                    MetricFamily.Kind.COUNTER,
                    "firn_plugin_put_rejects_total",
                    "Messages that a put hook refused.",
                    "plugin",
                    "hook");
            this.undeclared = metrics.family(
                    MetricFamily.Kind.COUNTER,
                    "firn_plugin_put_undeclared_changes_total",
                    "Messages that a put hook changed without saying so.",
                    "plugin",
                    "hook");
        }

        Metrics.Count rejects(PluginGuard guard) {
            return rejects.count(guard.owner().pluginId(), guard.hook());
        }

        private Metrics.Count undeclared(PluginGuard guard) {
            return undeclared.count(guard.owner().pluginId(), guard.hook());
        }

        void end(PluginGuard guard) {
            rejects.remove(guard.owner().pluginId(), guard.hook());
            undeclared.remove(guard.owner().pluginId(), guard.hook());
        }
    }
}
