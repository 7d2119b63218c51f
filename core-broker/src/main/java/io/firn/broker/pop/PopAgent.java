package io.firn.broker.pop;

import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after batches that are not done: notes those that stay, revives those that are due, once a second at most, and not
 * at all while there are none. Follows the revive log, at first to the end of what another process left. On
 * {@code firn-pop}, the owner of its state.
 */
final class PopAgent implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(PopAgent.class);

    private static final int TASKS = 256;
    private static final long TICK_MS = 1_000;
    private static final long RETRY_MS = 1_000;
    private static final long CLOSING_PATIENCE_SECONDS = 10;
    private static final int READ_WRITE = Topic.READ | Topic.WRITE;

    private final PopConfig config;
    private final PopTable table;
    private final ReviveLog log;
    private final Control control;
    private final Disk disk;
    private final Revival.Means revivals;
    private final Clock clock;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** Whether this agent looks again by itself; written by it, and by whoever wakes it. */
    private volatile boolean ticking = true;

    private long nextLookNanos;
    private Runnable waker = () -> {};

    /** What is asked before something comes again. */
    record Control(TopicRegistry topics, GroupCoordinator groups) {}

    /** How far the log is on disk, and who knows when it gets further. */
    record Disk(ReadablePosition flushed, LogFlusher flusher) {}

    PopAgent(PopConfig config, PopTable table, ReviveLog log, Control control, Parts parts) {
        this.config = config;
        this.table = table;
        this.log = log;
        this.control = control;
        this.disk = parts.disk;
        this.clock = parts.clock;
        this.revivals = new Revival.Means(parts.queues, parts.outlet, this::post, clock, parts.metrics);
        this.nextLookNanos = clock.nanos();
    }

    /** What else it works with. */
    record Parts(Disk disk, QueueLog queues, Outlet outlet, Clock clock, PopMetrics metrics) {}

    /** Names what ends this agent's rest. Before it starts. */
    void wakeBy(Runnable wake) {
        waker = wake;
    }

    private void post(Runnable task) {
        tasks.add(task);
        waker.run();
    }

    /** There is a new batch. Any thread; one volatile read while this agent looks by itself. */
    void batchPopped() {
        if (!ticking) {
            ticking = true;
            waker.run();
        }
    }

    @Override
    public String roleName() {
        return "firn-pop";
    }

    @Override
    public int doWork() {
        int work = runTasks() + log.follow();
        if (work == 0 && ticking && clock.nanos() - nextLookNanos >= 0) {
            look();
            work = tasks.size();
        }
        return work;
    }

    private int runTasks() {
        int ran = 0;
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            ran++;
            task = ran < TASKS ? tasks.poll() : null;
        }
        return ran;
    }

    @Override
    public long idleNanos() {
        return ticking ? Math.max(0, nextLookNanos - clock.nanos()) : Long.MAX_VALUE;
    }

    private void look() {
        // also when this look is the last thing that works
        nextLookNanos = clock.nanos() + TICK_MS * 1_000_000;
        Moment moment = new Moment(clock.millis(), clock.nanos(), config.stay().toMillis(), disk.flushed.get());
        table.forEach(queue -> moment.unfinished += queue.advance(moment));
        // one at a time, each a task of its own: one that fails takes no other along
        moment.over.forEach(claimant -> tasks.add(claimant::giveUp));
        moment.revived.forEach(each -> tasks.add(() -> revive(each.queue, each.batch)));
        moment.noted.forEach(each -> note(each.queue, each.batch));
        log.complete();
        log.commit();
        long pauseMs = Math.clamp(moment.nextMs - moment.nowMs, 1, TICK_MS);
        nextLookNanos = clock.nanos() + pauseMs * 1_000_000;
        if (moment.unfinished == 0 && log.isSettled()) {
            ticking = false;
            if (table.needsLooks()) {
                // whoever popped it may have seen, a moment ago, that this agent looks by itself
                ticking = true;
            }
        }
    }

    private void note(PopQueue queue, Batch batch) {
        revivals.metrics().noted.increment();
        var _ = log.note(queue, batch).whenComplete((end, failure) -> {
            if (failure == null) {
                queue.written(batch, end);
            } else {
                LOG.warn("a popped batch of topic {} can not be noted now, it is tried again", queue.topic, failure);
                queue.failed(batch, clock.millis() + RETRY_MS);
            }
        });
    }

    private void revive(PopQueue queue, Batch batch) {
        if (control.groups.configs().find(queue.group) == null) {
            LOG.info("messages of topic {} do not come again: the group {} is gone", queue.topic, queue.group);
            for (int i = 0; i < batch.count(); i++) {
                queue.settled(batch, i, 0);
            }
            return;
        }
        String retry = TopicName.isRetry(queue.topic) ? queue.topic : config.retryTopic(queue.group, queue.topic);
        Revival revival = new Revival(queue, batch, retry, revivals);
        if (control.topics.find(retry) != null) {
            revival.begin();
            return;
        }
        var _ = made(retry).whenComplete((made, failure) -> {
            if (failure == null) {
                post(revival::begin);
            } else {
                LOG.warn("the topic {} can not be made now, it is tried again", retry, failure);
                queue.failed(batch, clock.millis() + RETRY_MS);
            }
        });
    }

    private CompletableFuture<Topic> made(String retry) {
        try {
            return control.topics.ensure(Topic.of(retry, 1, READ_WRITE));
        } catch (BusyException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Notes everything, so that the next process knows what this one knew. */
    @Override
    public void onClose() throws InterruptedException {
        int followed = 1;
        while (followed > 0) {
            followed = log.follow();
        }
        table.forEach(queue -> queue.leave(clock.millis()).forEach(batch -> note(queue, batch)));
        log.completeAll();
        CountDownLatch known = new CountDownLatch(1);
        disk.flusher.whenFlushed(log.writtenTo(), new Arrival(known::countDown));
        if (!known.await(CLOSING_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("it is not known whether notes of popped messages are on disk: some messages may come twice");
        }
        Moment last = new Moment(0, clock.nanos(), Long.MAX_VALUE / 2, disk.flushed.get());
        table.forEach(queue -> queue.advance(last));
        last.over.forEach(PopQueue.Claimant::giveUp);
        log.commit();
    }

    /** Tells that the disk has answered, whatever it said. */
    private record Arrival(Runnable then) implements FlushWaiter {

        @Override
        public void flushed() {
            then.run();
        }

        @Override
        public void timedOut() {
            then.run();
        }

        @Override
        public void failed(Throwable cause) {
            then.run();
        }
    }

    /** One look at all queues, and what it found to do. */
    private static final class Moment implements PopQueue.Due {

        private record Each(PopQueue queue, Batch batch) {}

        private final long nowMs;
        private final long nowNanos;
        private final long stayMs;
        private final long onDisk;
        private final List<Each> noted = new ArrayList<>();
        private final List<Each> revived = new ArrayList<>();
        private final List<PopQueue.Claimant> over = new ArrayList<>();
        private long nextMs = Long.MAX_VALUE / 2;
        private long unfinished;

        Moment(long nowMs, long nowNanos, long stayMs, long onDisk) {
            this.nowMs = nowMs;
            this.nowNanos = nowNanos;
            this.stayMs = stayMs;
            this.onDisk = onDisk;
        }

        @Override
        public long nowMs() {
            return nowMs;
        }

        @Override
        public long stayMs() {
            return stayMs;
        }

        @Override
        public long onDisk() {
            return onDisk;
        }

        @Override
        public boolean isOver(long deadlineNanos) {
            return deadlineNanos - nowNanos <= 0;
        }

        @Override
        public void next(long timeMs) {
            // what waits for the disk is looked at with the next tick
            nextMs = Math.min(nextMs, timeMs == 0 ? nowMs + TICK_MS : timeMs);
        }

        @Override
        public void note(PopQueue queue, Batch batch) {
            noted.add(new Each(queue, batch));
        }

        @Override
        public void revive(PopQueue queue, Batch batch) {
            revived.add(new Each(queue, batch));
        }

        @Override
        public void giveUp(PopQueue.Claimant claimant) {
            over.add(claimant);
        }
    }
}
