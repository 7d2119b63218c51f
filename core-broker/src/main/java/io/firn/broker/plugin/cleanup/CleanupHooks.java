package io.firn.broker.plugin.cleanup;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.SegmentStats;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.plugin.guard.OperatorAudit;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.retention.SegmentHolds;
import io.firn.broker.runtime.MetricFamily;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.contract.Registration;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.HeldSegment;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who still needs segments: cleanup hooks of plugins, and dispatchers that hold what they have not taken. Any hold wins,
 * and every hook is asked. The port's methods are the housekeeper's; registering and operators come on any thread.
 */
public final class CleanupHooks implements SegmentHolds {

    private final CommitLog log;
    private final Guards guards;
    private final OtherHolds others;
    private final OperatorAudit audit;
    private final MetricFamily heldBytes;
    private final List<CleanupAsker> askers = new CopyOnWriteArrayList<>();
    /** Of plugins that left while they were being asked. */
    private final List<CleanupAsker> leaving = new CopyOnWriteArrayList<>();
    /** By plugin: the position below which its holds do not count any more. */
    private final Map<String, Long> broken = new ConcurrentHashMap<>();
    /** Plugins that may hold anything and can not be asked, and why. */
    private final Map<String, String> withheld = new ConcurrentHashMap<>();
    /** Of the last round. Owner: the housekeeper. */
    private final List<HeldSegment> held = new ArrayList<>();

    private volatile List<HeldSegment> heldNow = List.of();
    private volatile @Nullable String pressing;

    /** Those who need the log without being asked. */
    @FunctionalInterface
    public interface OtherHolds {

        /** Who needs bytes below this position. Housekeeper; from memory. */
        List<PluginHold> below(long end);
    }

    /** A plugin that needs something, and why: without numbers, it is a label. */
    public record PluginHold(String pluginId, String reason) {}

    /** No hook yet. */
    public CleanupHooks(CommitLog log, Guards guards, OtherHolds others, OperatorAudit audit, Metrics metrics) {
        this.log = log;
        this.guards = guards;
        this.others = others;
        this.audit = audit;
        this.heldBytes = metrics.family(
                MetricFamily.Kind.GAUGE,
                "firn_plugin_held_bytes",
                "Bytes of segments that would have been deleted in the last round but for plugins.",
                "plugin",
                "reason");
    }

    /**
     * Adds a hook.
     *
     * @param threads of the plugin, to ask on
     */
    public Registration add(HookOwner owner, SegmentCleanupHook hook, Executor threads) {
        CleanupAsker asker =
                new CleanupAsker(hook, guards.guard(owner, "cleanup", PluginGuard.Watch.NONE), threads, guards.clock());
        asker.tellOfLast(log.minPosition());
        askers.add(asker);
        AtomicBoolean gone = new AtomicBoolean();
        return () -> {
            if (gone.compareAndSet(false, true)) {
                askers.remove(asker);
                leaving.add(asker);
                asker.guard().close();
            }
        };
    }

    /** Whether a hook of this plugin, which was taken away, is still being asked. */
    public boolean isCalling(String pluginId) {
        forgetThoseWhoLeft();
        return leaving.stream().anyMatch(asker -> asker.pluginId().equals(pluginId));
    }

    /** Who is not being asked any more is let go of: it would keep the plugin's classes in memory. */
    private void forgetThoseWhoLeft() {
        leaving.removeIf(asker -> !asker.isCalling());
    }

    /** From now on the plugin, which can not be asked, holds everything. Any thread. */
    public void withhold(String pluginId, String why) {
        withheld.put(pluginId, why);
    }

    /** The plugin can be asked again, or is gone for good. Any thread. */
    public void release(String pluginId) {
        withheld.remove(pluginId);
    }

    @Override
    public void roundBegins() {
        held.clear();
        forgetThoseWhoLeft();
    }

    /** {@inheritDoc} Shown to operators in one step: half of a round would look like fewer holds. */
    @Override
    public void roundEnds() {
        pressing = null;
        publish();
    }

    @Override
    public @Nullable String hold(SegmentStats segment, DeleteCause cause) {
        SegmentRef ref = null;
        String first = null;
        for (CleanupAsker asker : askers) {
            if (!isBroken(asker.pluginId(), segment)) {
                ref = ref == null ? ref(segment) : ref;
                Hold answer = asker.ask(ref, cause);
                if (answer.isHeld()) {
                    held.add(new HeldSegment(ref, asker.pluginId(), answer));
                    first = first == null ? asker.pluginId() + ": " + answer.reason() : first;
                }
            }
        }
        for (PluginHold other : unasked(segment.end())) {
            if (!isBroken(other.pluginId(), segment)) {
                ref = ref == null ? ref(segment) : ref;
                held.add(new HeldSegment(ref, other.pluginId(), Hold.until(Instant.MIN, other.reason())));
                first = first == null ? other.pluginId() + ": " + other.reason() : first;
            }
        }
        return first;
    }

    private List<PluginHold> unasked(long end) {
        List<PluginHold> all = new ArrayList<>(others.below(end));
        withheld.forEach((id, why) -> all.add(new PluginHold(id, why)));
        return all;
    }

    private boolean isBroken(String pluginId, SegmentStats segment) {
        Long upTo = broken.get(pluginId);
        return upTo != null && segment.end() <= upTo;
    }

    /** Makes the round's holds visible: the list, and a number per plugin and reason. */
    private void publish() {
        heldNow = List.copyOf(held);
        Map<PluginHold, Long> sums = new HashMap<>();
        for (HeldSegment each : held) {
            sums.merge(
                    new PluginHold(each.pluginId(), each.hold().reason()),
                    each.segment().bytes(),
                    Long::sum);
        }
        heldBytes.removeAll();
        sums.forEach((who, bytes) -> heldBytes.put(() -> bytes, who.pluginId(), who.reason()));
    }

    @Override
    public void deleting(SegmentStats segment) {
        for (CleanupAsker asker : askers) {
            asker.deleting(ref(segment));
        }
    }

    @Override
    public void deleted(SegmentStats segment) {
        for (CleanupAsker asker : askers) {
            asker.deleted(ref(segment));
        }
    }

    @Override
    public void underPressure(Pressure pressure) {
        DiskPressure told = new DiskPressure(
                pressure.usedRatio(), pressure.limitRatio(), new ByteSize(Math.max(0, pressure.toFreeBytes())), held);
        HeldSegment oldest = held.getFirst();
        pressing = "the disk is filling and segments are held, the oldest by plugin " + oldest.pluginId() + ": "
                + oldest.hold().reason();
        for (CleanupAsker asker : askers) {
            asker.underPressure(told);
        }
    }

    /** Why operators should look; null when they need not. Any thread. */
    public @Nullable String trouble() {
        return pressing;
    }

    /** What was held in the last round, oldest first. Any thread. */
    public List<HeldSegment> held() {
        return heldNow;
    }

    /**
     * Makes the holds of a plugin not count for segments that end at or below a position.
     *
     * @param position null: all that it held in the last round
     * @return that position
     * @throws IllegalArgumentException when the plugin holds nothing
     */
    public long breakHold(String pluginId, @Nullable Long position, String operator) {
        long upTo = position == null
                ? heldNow.stream()
                        .filter(each -> each.pluginId().equals(pluginId))
                        .mapToLong(each -> each.segment().to())
                        .max()
                        .orElseThrow(() -> new IllegalArgumentException("plugin " + pluginId + " holds no segment"))
                : position;
        audit.line(operator, "the holds of plugin " + pluginId + " on the log below " + upTo + " are broken");
        broken.merge(pluginId, upTo, Math::max);
        return upTo;
    }

    private SegmentRef ref(SegmentStats segment) {
        return new SegmentRef(
                segment.path(), segment.position(), segment.end(), SegmentRef.State.SEALED, lastStoredAt(segment));
    }

    /** The first message of the next segment is not older than the last of this one, and cheap to find. */
    private long lastStoredAt(SegmentStats segment) {
        try (LogSlice next = log.rest(segment.end(), Long.MAX_VALUE)) {
            if (next == null) {
                return segment.lastModified().toEpochMilli();
            }
            RecordView record = new RecordView().wrap(next.memory(), 0, next.size());
            return record.inspect(next.position(), Verify.LENGTHS) == RecordStatus.OK
                    ? record.storeTimestamp()
                    : segment.lastModified().toEpochMilli();
        }
    }
}
