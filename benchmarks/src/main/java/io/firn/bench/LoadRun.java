package io.firn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * A load while it runs: one connection per driver, one thread per part. Owned by the thread that runs the scenario.
 * A load that gets no answer for {@link #STALL} is ended with an error instead of being waited for.
 */
final class LoadRun implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final long TICK_MS = 20;

    private final RunningPeer peer;
    private final List<? extends Driver> drivers;
    private final LoadPhase phase = new LoadPhase();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private LoadRun(RunningPeer peer, List<? extends Driver> drivers) {
        this.peer = peer;
        this.drivers = drivers;
    }

    /** Connects and begins at once. */
    static LoadRun start(RunningPeer peer, List<? extends Driver> drivers) {
        LoadRun run = new LoadRun(peer, drivers);
        try {
            for (Driver driver : drivers) {
                SocketChannel channel = connect(peer.address());
                run.channels.add(channel);
                for (Driver.Part part : driver.parts(channel, run.phase)) {
                    run.threads.add(run.thread(part));
                }
            }
        } catch (IOException e) {
            run.closeChannels();
            throw new BenchException("no connection to " + peer.name() + " at " + peer.address(), e);
        }
        run.threads.forEach(Thread::start);
        return run;
    }

    /** Lets the load run without recording. */
    void warm(Duration time) {
        await(System.nanoTime() + time.toNanos());
    }

    /** Records for {@code time}, then stops the load and returns what that stretch cost. */
    Measured measure(Duration time) {
        long self = ProcessHandle.current().pid();
        phase.beginMeasuring();
        ProcSample own = ProcSample.of(self);
        ProcSample before = ProcSample.of(peer.pid());
        Tally.Counts first = counts();
        await(before.atNs() + time.toNanos());
        Tally.Counts last = counts();
        ProcSample after = ProcSample.of(peer.pid());
        double ownSeconds = ProcSample.of(self).cpuSeconds() - own.cpuSeconds();
        close();
        return measured(minus(last, first), before, after, ownSeconds);
    }

    /** Records until the drivers have done all they were given. */
    Measured measureUntilDone() {
        long self = ProcessHandle.current().pid();
        phase.beginMeasuring();
        ProcSample own = ProcSample.of(self);
        ProcSample before = ProcSample.of(peer.pid());
        Tally.Counts first = counts();
        await(Long.MAX_VALUE);
        Tally.Counts last = counts();
        ProcSample after = ProcSample.of(peer.pid());
        double ownSeconds = ProcSample.of(self).cpuSeconds() - own.cpuSeconds();
        close();
        return measured(minus(last, first), before, after, ownSeconds);
    }

    /** Sends nothing more, awaits what is in flight and closes the connections. */
    @Override
    public void close() {
        phase.stop();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        for (Thread thread : threads) {
            long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            join(thread, leftMs);
        }
        closeChannels();
        threads.forEach(thread -> join(thread, TimeUnit.SECONDS.toMillis(5)));
        failIfBroken();
    }

    private void await(long untilNs) {
        long progressAt = System.nanoTime();
        long answers = -1;
        while (System.nanoTime() < untilNs) {
            failIfBroken();
            Tally.Counts now = counts();
            long seen = now.messages() + now.busy() + now.refused();
            if (seen != answers) {
                answers = seen;
                progressAt = System.nanoTime();
            } else if (System.nanoTime() - progressAt > STALL.toNanos()) {
                throw new BenchException(peer.name() + " has not answered for " + STALL.toSeconds() + " s");
            }
            if (threads.stream().noneMatch(Thread::isAlive)) {
                failIfBroken();
                return;
            }
            long leftMs = untilNs == Long.MAX_VALUE ? TICK_MS : (untilNs - System.nanoTime()) / 1_000_000;
            Pause.millis(Math.max(1, Math.min(TICK_MS, leftMs)));
        }
    }

    private void failIfBroken() {
        Throwable broken = failure.get();
        if (broken != null) {
            closeChannels();
            throw new BenchException("load on " + peer.name() + " failed; its output: " + peer.output(), broken);
        }
    }

    private Thread thread(Driver.Part part) {
        Runnable body = () -> {
            try {
                part.run();
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        };
        Thread thread = new Thread(body, "load-" + threads.size());
        thread.setDaemon(true);
        return thread;
    }

    private Measured measured(Tally.Counts counts, ProcSample before, ProcSample after, double ownSeconds) {
        if (counts.messages() == 0) {
            throw new BenchException(peer.name() + " accepted nothing: " + counts.refused() + " requests refused, "
                    + counts.busy() + " busy, last code " + counts.lastRefusal());
        }
        Histogram all = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
        drivers.forEach(driver -> all.add(driver.tally().latency()));
        double seconds = (after.atNs() - before.atNs()) / 1e9;
        return new Measured(counts, seconds, after.cpuSeconds() - before.cpuSeconds(), ownSeconds, all, after);
    }

    private Tally.Counts counts() {
        Tally.Counts sum = new Tally.Counts(0, 0, 0, 0, 0);
        for (Driver driver : drivers) {
            sum = sum.plus(driver.tally().counts());
        }
        return sum;
    }

    private static Tally.Counts minus(Tally.Counts a, Tally.Counts b) {
        return new Tally.Counts(
                a.messages() - b.messages(),
                a.bytes() - b.bytes(),
                a.busy() - b.busy(),
                a.refused() - b.refused(),
                a.lastRefusal());
    }

    private static SocketChannel connect(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private void closeChannels() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    private static void join(Thread thread, long ms) {
        try {
            thread.join(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
