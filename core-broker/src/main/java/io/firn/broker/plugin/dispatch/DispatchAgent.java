package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the log to one dispatcher, piece by piece, in position order: what is not durable comes again. Runs on
 * {@code firn-plugin-<id>-<name>}, which the plugin may block; others only read positions and ask for skips.
 */
final class DispatchAgent implements Agent {

    static final long NOWHERE = -1;
    static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(DispatchAgent.class);
    private static final int TOPIC_SLOTS = 4096;

    private final PluginGuard guard;
    private final DispatcherSpec spec;
    private final CommitLogDispatcher dispatcher;
    private final CommitLog log;
    private final ReadablePosition confirmed;
    private final Clock clock;
    private final TopicChoice choice;
    private final BatchCutter cutter;
    private final LogBatch.Source source;
    private final Set<SliceLease> leases = ConcurrentHashMap.newKeySet();
    private final AtomicLong skipAsked = new AtomicLong(NOWHERE);
    private final AtomicLong cutAt;

    private final DurableProgress progress;
    /** Owner: the agent's thread. */
    private long next;

    private long pauseNanos;
    private long pausedAtNanos;
    private volatile boolean failing;
    private volatile boolean over;
    private volatile Runnable waking = () -> {};

    /**
     * Where one dispatcher begins.
     *
     * @param position the first byte that is not durable
     * @param cutAt the log was cut there since: the dispatcher has to be told; or {@link #NOWHERE}
     */
    record Begin(long position, long cutAt) {}

    /** What agents share. */
    record Feed(CommitLog log, ReadablePosition confirmed, Clock clock, Function<String, @Nullable Topic> topics) {}

    DispatchAgent(PluginGuard guard, DispatcherSpec spec, CommitLogDispatcher dispatcher, Feed feed, Begin begin) {
        this.guard = guard;
        this.spec = spec;
        this.dispatcher = dispatcher;
        this.log = feed.log;
        this.confirmed = feed.confirmed;
        this.clock = feed.clock;
        this.choice = new TopicChoice(spec.topics(), feed.topics);
        this.cutter = new BatchCutter(feed.log, spec.batching(), feed.clock);
        this.source = new LogBatch.Source(feed.log, choice, new Utf8Cache(TOPIC_SLOTS), leases);
        this.next = begin.position;
        this.cutAt = new AtomicLong(begin.cutAt);
        this.progress = new DurableProgress(begin.position, this::wake);
    }

    /** Names how to wake its thread; once, before or just after that starts. */
    void wakeBy(Runnable how) {
        waking = how;
    }

    void wake() {
        waking.run();
    }

    @Override
    public String roleName() {
        return "firn-plugin-" + guard.owner().pluginId() + "-" + spec.name();
    }

    @Override
    public int doWork() {
        if (over || guard.isEnded() || guard.isQuarantined() || isPausing()) {
            return 0;
        }
        Thread.currentThread().setContextClassLoader(guard.owner().loader());
        takeSkip();
        if (cutAt.get() != NOWHERE) {
            return tellOfCut();
        }
        passGap();
        long inFlight = progress.inFlight();
        if (inFlight > 0 && inFlight >= spec.lag().maxInFlight().toBytes()) {
            return 0;
        }
        return showNext();
    }

    private int showNext() {
        LogSlice slice;
        try {
            slice = cutter.cut(next, confirmed.get());
        } catch (RuntimeException e) {
            failed(e);
            return 0;
        }
        if (slice == null) {
            return 0;
        }
        try (LogBatch batch = new LogBatch(slice, source)) {
            progress.give(batch.to());
            dispatcher.dispatch(batch, progress);
            next = batch.to();
            succeeded();
            return 1;
        } catch (Throwable e) {
            next = Math.max(next, progress.durable());
            failed(e);
            return 0;
        }
    }

    /** The log was cut: nothing is shown before the dispatcher has taken that in. */
    private int tellOfCut() {
        long position = cutAt.get();
        try {
            dispatcher.onTruncate(position);
        } catch (Throwable e) {
            failed(e);
            return 0;
        }
        LOG.warn("{} was told that the log was cut at {}", guard, position);
        if (progress.durable() > position) {
            progress.moveTo(position);
        }
        next = Math.min(next, position);
        cutAt.compareAndSet(position, NOWHERE);
        succeeded();
        return 1;
    }

    /** The log was cut to {@code position}; any thread. */
    void truncated(long position) {
        cutAt.accumulateAndGet(position, (old, fresh) -> old == NOWHERE ? fresh : Math.min(old, fresh));
        wake();
    }

    /** Segments were deleted that were not shown: goes on at the first byte there is. */
    private void passGap() {
        long min = log.minPosition();
        if (next < min) {
            LOG.error("{} missed the log from {} to {}: it is deleted; it goes on at {}", guard, next, min, min);
            next = min;
            if (progress.durable() < min) {
                progress.moveTo(min);
            }
        }
    }

    /** An operator wants the dispatcher to go on at this position; any thread. */
    void skipTo(long position) {
        skipAsked.set(position);
        wake();
    }

    private void takeSkip() {
        long to = skipAsked.getAndSet(NOWHERE);
        if (to > progress.durable()) {
            LOG.warn("{} skips from {} to {}", guard, progress.durable(), to);
            progress.moveTo(to);
            next = Math.max(next, to);
            pauseNanos = 0;
            if (failing) {
                failing = false;
                guard.recovered("an operator had it skip to " + to);
            }
        }
    }

    private boolean isPausing() {
        return pauseNanos > 0 && skipAsked.get() == NOWHERE && clock.nanos() - pausedAtNanos < pauseNanos;
    }

    private void succeeded() {
        pauseNanos = 0;
        guard.passed(PluginGuard.UNTIMED);
        if (failing) {
            failing = false;
            guard.recovered("it goes on at " + next);
        }
    }

    private void failed(Throwable cause) {
        pauseNanos = pauseNanos == 0 ? FIRST_PAUSE.toNanos() : Math.min(pauseNanos * 2, LONGEST_PAUSE.toNanos());
        pausedAtNanos = clock.nanos();
        boolean before = failing;
        failing = true;
        guard.failed(cause);
        if (!before) {
            guard.degraded("it fails on the log at " + next + " and is shown it again and again: " + cause);
        }
    }

    @Override
    public long idleNanos() {
        if (pauseNanos > 0) {
            return Math.max(0, pauseNanos - (clock.nanos() - pausedAtNanos));
        }
        return next < confirmed.get() && spec.batching().maxAge().isPositive() && !over
                ? Math.max(1, cutter.nanosToWait(next))
                : Long.MAX_VALUE;
    }

    /** Nothing is shown any more and what the plugin says changes nothing; a call under way goes on. */
    void end() {
        over = true;
        progress.end();
    }

    /** Gives back what the plugin has not; how many leases that were. */
    int closeLeases() {
        List<SliceLease> left = List.copyOf(leases);
        left.forEach(SliceLease::close);
        return left.size();
    }

    void topicChanged(String topic) {
        choice.topicChanged(topic);
    }

    PluginGuard guard() {
        return guard;
    }

    DispatcherSpec spec() {
        return spec;
    }

    boolean isFailing() {
        return failing;
    }

    /** The end of the last batch that was given. */
    long given() {
        return progress.given();
    }

    long durable() {
        return progress.durable();
    }

    /** Bytes of the log's end that are not durable. */
    long lagBytes() {
        return Math.max(0, log.appended().get() - progress.durable());
    }

    /** Age of the oldest message that is not durable; 0 when all is. */
    double lagSeconds() {
        long position = progress.durable();
        try (LogSlice rest = log.rest(position, Long.MAX_VALUE)) {
            if (rest == null || rest.size() < RecordLayout.FILLER_BYTES) {
                return 0;
            }
            RecordView record = new RecordView().wrap(rest.memory(), 0, rest.size());
            return record.inspect(position, Verify.LENGTHS) == RecordStatus.OK
                    ? Math.max(0, clock.millis() - record.storeTimestamp()) / 1e3
                    : 0;
        }
    }
}
