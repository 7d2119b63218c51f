package io.firn.tableview;

import io.firn.tableview.TableSource.Answer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads all queues into the table, on one thread: the source's answers are handed over to it, each queue has one read under way.
 * Owner of table and progress is that thread; the questions at the top are for any.
 */
final class TableReader {

    private static final Logger LOG = System.getLogger(TableReader.class.getName());
    private static final long RETRY_MS = 1_000;
    private static final long PAUSE_MS = 100;
    private static final long ROUTE_MS = 30_000;
    private static final long LAST_WORK_SECONDS = 30;

    private final TableOptions options;
    private final TableSource source;
    private final InstantSource clock;
    private final Table table;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<TableQueue, QueueProgress> queues = new ConcurrentHashMap<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final ReentrantLock progressLock = new ReentrantLock();
    private final Condition progressed = progressLock.newCondition();
    private volatile @Nullable Throwable trouble;
    private volatile boolean closed;
    /** Where queues are read on that were read before a restart. */
    private Map<TableQueue, Long> kept = Map.of();

    TableReader(TableOptions options, TableSource source, InstantSource clock, Table table) {
        this.options = options;
        this.source = source;
        this.clock = clock;
        this.table = table;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "table-view-" + options.topic());
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void start() {
        later(0, () -> {
            load();
            findQueues();
        });
        TableOptions.State state = options.state();
        if (state != null) {
            saveAgain(state.saveEvery().toMillis());
        }
    }

    private void saveAgain(long every) {
        later(every, () -> {
            save();
            saveAgain(every);
        });
    }

    CountDownLatch ready() {
        return ready;
    }

    Optional<Throwable> trouble() {
        return Optional.ofNullable(trouble);
    }

    Map<TableQueue, Long> positions() {
        Map<TableQueue, Long> positions = new TreeMap<>();
        queues.forEach((queue, progress) -> positions.put(queue, progress.next()));
        return positions;
    }

    boolean awaitOffset(TableQueue queue, long offset, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        progressLock.lock();
        try {
            while (!isRead(queue, offset)) {
                if (left <= 0) {
                    return false;
                }
                left = progressed.awaitNanos(left);
            }
            return true;
        } finally {
            progressLock.unlock();
        }
    }

    private boolean isRead(TableQueue queue, long offset) {
        QueueProgress progress = queues.get(queue);
        return progress != null && progress.next() > offset;
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        CountDownLatch saved = new CountDownLatch(1);
        later(0, () -> {
            save();
            saved.countDown();
        });
        try {
            if (!saved.await(LAST_WORK_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the table of {0} ends although a listener has not returned", options.topic());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            thread.shutdown();
            source.close();
        }
    }

    private void later(long ms, Runnable work) {
        try {
            thread.schedule(() -> run(work), ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "the table of {0} is closed", options.topic());
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            trouble = e;
            LOG.log(Level.ERROR, "the table of " + options.topic() + " failed", e);
        }
    }

    private void findQueues() {
        try {
            for (TableQueue queue : source.queues()) {
                if (!queues.containsKey(queue)) {
                    follow(queue);
                }
            }
            trouble = null;
            checkReady();
            later(ROUTE_MS, this::findQueues);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // whatever the client throws: it is asked again
            trouble = e;
            later(RETRY_MS, this::findQueues);
        }
    }

    private void follow(TableQueue queue) throws Exception {
        long barrier = source.maxOffset(queue);
        long min = source.minOffset(queue);
        long from = kept.getOrDefault(queue, -1L);
        if (from > barrier) {
            // another topic of that name, or a broker that lost its end
            table.forget(queue);
            from = -1;
        }
        QueueProgress progress = new QueueProgress(queue, from < 0 ? min : from, barrier);
        queues.put(queue, progress);
        read(progress);
    }

    private void read(QueueProgress progress) {
        if (!closed) {
            source.read(progress.queue(), progress.next(), answer -> later(0, () -> take(progress, answer)));
        }
    }

    private void take(QueueProgress progress, Answer answer) {
        if (answer instanceof Answer.Messages found) {
            apply(progress, found);
        } else if (answer instanceof Answer.OutOfRange) {
            later(PAUSE_MS, () -> startAgain(progress));
        } else if (answer instanceof Answer.Failed failed) {
            trouble = failed.cause();
            later(RETRY_MS, () -> read(progress));
        }
    }

    private void apply(QueueProgress progress, Answer.Messages found) {
        long before = progress.next();
        for (TableSource.Message message : found.messages()) {
            if (message.offset() >= progress.next()) {
                table.apply(progress.queue(), message, options.keyProperty());
                progress.goTo(message.offset() + 1);
            }
        }
        progress.goTo(Math.max(progress.next(), found.next()));
        trouble = null;
        checkReady();
        if (progress.next() > before) {
            tellOfProgress();
            read(progress);
        } else {
            later(PAUSE_MS, () -> read(progress));
        }
    }

    private void tellOfProgress() {
        progressLock.lock();
        try {
            progressed.signalAll();
        } finally {
            progressLock.unlock();
        }
    }

    /** The queue does not reach to where it is read, or its oldest messages are gone: what is known of it is worth nothing. */
    private void startAgain(QueueProgress progress) {
        try {
            long min = source.minOffset(progress.queue());
            LOG.log(
                    Level.WARNING,
                    "queue {0} of {1} has no offset {2} any more and is read again from {3}",
                    progress.queue(),
                    options.topic(),
                    progress.next(),
                    min);
            table.forget(progress.queue());
            progress.goTo(min);
            read(progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) { // whatever the client throws: it is asked again
            trouble = e;
            later(RETRY_MS, () -> startAgain(progress));
        }
    }

    private void checkReady() {
        if (!queues.isEmpty() && queues.values().stream().allMatch(QueueProgress::hasCaughtUp)) {
            ready.countDown();
        }
    }

    private void load() {
        TableOptions.State state = options.state();
        if (state == null) {
            return;
        }
        try {
            StateFile.Saved saved = new StateFile(state.file()).load();
            boolean same =
                    saved.topic().equals(options.topic()) && saved.keyProperty().equals(options.keyProperty());
            if (same && clock.millis() - saved.atMs() <= state.oldest().toMillis()) {
                table.restore(saved.entries());
                table.deletes().addAll(saved.deletes());
                kept = saved.next();
            }
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "the table of {0} starts empty", options.topic());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the table of " + options.topic() + " is read from the beginning", e);
        }
    }

    private void save() {
        TableOptions.State state = options.state();
        if (state == null || ready.getCount() > 0) {
            return;
        }
        try {
            new StateFile(state.file())
                    .save(new StateFile.Saved(
                            options.topic(),
                            options.keyProperty(),
                            clock.millis(),
                            positions(),
                            table.entries().values(),
                            table.deletes().all()));
        } catch (IOException e) {
            trouble = e;
            LOG.log(Level.WARNING, "the table of " + options.topic() + " could not be saved", e);
        }
    }
}
