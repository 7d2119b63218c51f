package io.firn.broker.timer;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the files are forced and a mark is written: at most once in an interval, only when something changed, and
 * not before the copies that were delivered are on disk; a mark that was written earlier would outlive them after a power
 * cut, and they would be lost. Owner: the wheel's thread.
 */
final class TimerKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(TimerKeeper.class);
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(10);

    private final TimerFiles files;
    private final LogFlusher flusher;
    private final TaskAgent housekeeper;
    private final Clock clock;
    private final long intervalNanos;
    private final Runnable waker;

    private boolean changed;
    private long beganAtNanos;
    private @Nullable Moment moment;
    private @Nullable CompletableFuture<?> writing;

    TimerKeeper(TimerFiles files, Timers.Chores chores, Duration interval, Runnable waker) {
        this.files = files;
        this.flusher = chores.flusher();
        this.housekeeper = chores.housekeeper();
        this.clock = chores.clock();
        this.intervalNanos = interval.toNanos();
        this.waker = waker;
        this.beganAtNanos = clock.nanos() - intervalNanos;
    }

    /** A mark, and what is known of the copies that were delivered before it. */
    private static final class Moment implements FlushWaiter {

        private final TimerCheck.Mark mark;
        private final Runnable waker;
        /** Written by a log thread. */
        private volatile Safety safety = Safety.UNKNOWN;

        private enum Safety {
            UNKNOWN,
            SAFE,
            DOUBTFUL
        }

        Moment(TimerCheck.Mark mark, Runnable waker) {
            this.mark = mark;
            this.waker = waker;
        }

        @Override
        public void flushed() {
            know(Safety.SAFE);
        }

        @Override
        public void timedOut() {
            know(Safety.DOUBTFUL);
        }

        @Override
        public void failed(Throwable cause) {
            know(Safety.DOUBTFUL);
        }

        private void know(Safety now) {
            safety = now;
            waker.run();
        }
    }

    /** There is something to write. */
    void change() {
        changed = true;
    }

    /** Whether it is time for {@link #begin}. */
    boolean isDue() {
        return changed && moment == null && clock.nanos() - beganAtNanos >= intervalNanos;
    }

    /** Begins to write a mark; {@code reached} is the log position that has to be on disk before. */
    void begin(TimerCheck.Mark mark, long reached) {
        changed = false;
        beganAtNanos = clock.nanos();
        Moment fresh = new Moment(mark, waker);
        moment = fresh;
        flusher.whenFlushed(reached, fresh);
    }

    /** One step towards a mark that is written; returns 1 when there was one. */
    int step() {
        Moment begun = moment;
        if (begun == null) {
            return 0;
        }
        CompletableFuture<?> running = writing;
        if (running != null) {
            return finish(running);
        }
        switch (begun.safety) {
            case UNKNOWN -> {
                return 0;
            }
            case SAFE -> write(begun.mark);
            case DOUBTFUL -> giveUp();
        }
        return 1;
    }

    private int finish(CompletableFuture<?> running) {
        if (!running.isDone()) {
            return 0;
        }
        if (running.isCompletedExceptionally()) {
            LOG.warn("the progress of timed messages is not written, it is tried again", running.exceptionNow());
            changed = true;
        }
        writing = null;
        moment = null;
        return 1;
    }

    private void giveUp() {
        changed = true;
        moment = null;
    }

    private void write(TimerCheck.Mark mark) {
        long now = clock.millis();
        try {
            CompletableFuture<Boolean> done = housekeeper.submit(() -> force(mark, now));
            writing = done;
            var _ = done.whenComplete((result, failure) -> waker.run());
        } catch (BusyException e) {
            LOG.debug("the housekeeper has no time for the progress of timed messages", e);
            giveUp();
        }
    }

    /** In this order: a mark tells of what is there. */
    private boolean force(TimerCheck.Mark mark, long nowMs) {
        files.log().force();
        files.wheel().force();
        files.check().write(mark, nowMs);
        return true;
    }

    /** How long nothing has to be done here. */
    long idleNanos() {
        return changed && moment == null ? Math.max(0, intervalNanos - (clock.nanos() - beganAtNanos)) : Long.MAX_VALUE;
    }

    /** Has a last mark written, when the disk takes the copies in time; if not they are delivered again. */
    void end(TimerCheck.Mark mark, long reached) throws InterruptedException {
        CountDownLatch known = new CountDownLatch(1);
        Moment last = new Moment(mark, known::countDown);
        flusher.whenFlushed(reached, last);
        if (known.await(CLOSING_PATIENCE.toMillis(), TimeUnit.MILLISECONDS) && last.safety == Moment.Safety.SAFE) {
            long now = clock.millis();
            housekeeper.execute(() -> force(mark, now));
        } else {
            LOG.warn("it is not known whether the timed messages delivered last are on disk: they come again");
        }
    }
}
