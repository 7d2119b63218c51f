package io.firn.broker.delay;

import io.firn.broker.log.LogFlusher;
import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the messages of all levels when they are due, on {@code firn-timer}, and sees to it that progress is written:
 * at most once in an interval, only when there was any, and not before the delivered copies are on disk. Parked until the
 * next due time or the next delayed message. Owner of its state: that thread.
 */
final class DelayTimer implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(DelayTimer.class);

    /** A clock that is set is noticed within this time while messages wait; nothing else depends on it. */
    private static final long LONGEST_PARK_NANOS = 60_000_000_000L;

    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(10);

    private final List<Lane> lanes;
    private final Progress progress;
    private final long intervalNanos;
    private final Clock clock;
    private final Runnable waker;

    /** What the last write said, or the one under way. */
    private Map<Integer, Long> written;

    private long writtenAtNanos;
    private @Nullable Snapshot snapshot;
    private @Nullable CompletableFuture<?> writing;

    /**
     * Where progress is kept.
     *
     * @param file owned by the housekeeper
     * @param flusher knows when copies are on disk
     */
    record Progress(DelayProgress file, TaskAgent housekeeper, LogFlusher flusher) {}

    DelayTimer(List<Lane> lanes, Progress progress, Duration interval, Clock clock, Runnable waker) {
        this.lanes = lanes;
        this.progress = progress;
        this.intervalNanos = interval.toNanos();
        this.clock = clock;
        this.waker = waker;
        this.written = offsets();
        this.writtenAtNanos = clock.nanos() - intervalNanos;
    }

    @Override
    public String roleName() {
        return "firn-timer";
    }

    @Override
    public int doWork() {
        int work = 0;
        for (Lane lane : lanes) {
            work += lane.advance();
        }
        return work + keepProgress();
    }

    @Override
    public long idleNanos() {
        long idle = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            idle = Math.min(idle, lane.idleNanos());
        }
        if (snapshot == null && isChanged()) {
            idle = Math.min(idle, Math.max(0, intervalNanos - (clock.nanos() - writtenAtNanos)));
        }
        return idle == Long.MAX_VALUE ? idle : Math.min(idle, LONGEST_PARK_NANOS);
    }

    /** One step towards a written progress; returns 1 when there was one. */
    private int keepProgress() {
        Snapshot taken = snapshot;
        if (taken != null) {
            return finish(taken);
        }
        if (clock.nanos() - writtenAtNanos < intervalNanos || !isChanged()) {
            return 0;
        }
        take();
        return 1;
    }

    private void take() {
        Snapshot fresh = new Snapshot(offsets(), waker);
        snapshot = fresh;
        writtenAtNanos = clock.nanos();
        progress.flusher.whenFlushed(deliveredTo(), fresh);
    }

    private int finish(Snapshot taken) {
        CompletableFuture<?> running = writing;
        if (running != null) {
            if (!running.isDone()) {
                return 0;
            }
            if (running.isCompletedExceptionally()) {
                LOG.warn("the progress of delayed messages is not written, it is tried again", running.exceptionNow());
            } else {
                written = taken.offsets();
            }
            writing = null;
            snapshot = null;
            return 1;
        }
        switch (taken.safety()) {
            case UNKNOWN -> {
                return 0;
            }
            case SAFE -> write(taken);
            case DOUBTFUL -> snapshot = null;
        }
        return 1;
    }

    private void write(Snapshot safe) {
        long now = clock.millis();
        try {
            CompletableFuture<Boolean> done = progress.housekeeper.submit(() -> {
                progress.file.write(safe.offsets(), now);
                return true;
            });
            writing = done;
            var _ = done.whenComplete((result, failure) -> waker.run());
        } catch (BusyException e) {
            LOG.debug("the housekeeper has no time for the progress of delayed messages", e);
            snapshot = null;
        }
    }

    private boolean isChanged() {
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).next() != written.getOrDefault(i + 1, 0L)) {
                return true;
            }
        }
        return false;
    }

    private Map<Integer, Long> offsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int i = 0; i < lanes.size(); i++) {
            long next = lanes.get(i).next();
            if (next > 0) {
                offsets.put(i + 1, next);
            }
        }
        return offsets;
    }

    private long deliveredTo() {
        long end = 0;
        for (Lane lane : lanes) {
            end = Math.max(end, lane.deliveredTo());
        }
        return end;
    }

    /** Writes what there is to write, when the disk takes the copies in time; if not they are delivered again. */
    @Override
    public void onClose() throws InterruptedException {
        CompletableFuture<?> running = writing;
        if (!isChanged() && running == null) {
            return;
        }
        CountDownLatch known = new CountDownLatch(1);
        Snapshot last = new Snapshot(offsets(), known::countDown);
        progress.flusher.whenFlushed(deliveredTo(), last);
        if (known.await(CLOSING_PATIENCE.toMillis(), TimeUnit.MILLISECONDS) && last.safety() == Snapshot.Safety.SAFE) {
            long now = clock.millis();
            progress.housekeeper.execute(() -> progress.file.write(last.offsets(), now));
        } else {
            LOG.warn("it is not known whether the delayed messages delivered last are on disk: they come again");
        }
    }
}
