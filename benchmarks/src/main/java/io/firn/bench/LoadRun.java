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
import org.jspecify.annotations.Nullable;

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
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private boolean begun;

    private LoadRun(RunningPeer peer, List<? extends Driver> drivers) {
        this.peer = peer;
        this.drivers = drivers;
    }

    /** Connects; the first request goes out when the load is warmed or measured. */
    static LoadRun connect(RunningPeer peer, List<? extends Driver> drivers) {
        LoadRun run = new LoadRun(peer, drivers);
        try {
            for (Driver driver : drivers) {
                SocketChannel channel = open(peer.address());
                run.channels.add(channel);
                for (Driver.Part part : driver.parts(channel, run.phase)) {
                    run.threads.add(run.thread(part));
                }
            }
        } catch (IOException e) {
            run.closeChannels();
            throw new BenchException("no connection to " + peer.name() + " at " + peer.address(), e);
        }
        return run;
    }

    /**
     * Lets the load run without recording for {@code time}, and longer, up to four times that, until {@code messages}
     * were answered: on a busy machine time alone does not warm a JIT.
     */
    void warm(Duration time, long messages) {
        begin();
        long beginNs = System.nanoTime();
        await(beginNs + time.toNanos());
        while (counts().messages() < messages && System.nanoTime() - beginNs < 4 * time.toNanos()) {
            await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MS));
        }
    }

    /** Records for {@code time}, then stops the load and returns what that stretch cost. */
    Measured measure(Duration time) {
        return measure(() -> await(System.nanoTime() + time.toNanos()));
    }

    /** Records until the drivers have done all they were given. */
    Measured measureUntilDone() {
        return measure(() -> await(Long.MAX_VALUE));
    }

    private void begin() {
        if (!begun) {
            begun = true;
            threads.forEach(Thread::start);
        }
    }

    private Measured measure(Runnable stretch) {
        long self = ProcessHandle.current().pid();
        phase.beginMeasuring();
        MachineSample machine = MachineSample.now();
        ProcSample own = ProcSample.of(self);
        ProcSample before = ProcSample.of(peer.pid());
        Tally.Counts first = counts();
        begin();
        stretch.run();
        Tally.Counts counts = counts().minus(first);
        ProcSample after = ProcSample.of(peer.pid());
        double ownCpu = ProcSample.of(self).cpuSeconds() - own.cpuSeconds();
        double allCpu = MachineSample.now().busySeconds() - machine.busySeconds();
        close();
        if (counts.messages() == 0) {
            throw new BenchException(peer.name() + " accepted nothing: " + counts.refused() + " requests refused, "
                    + counts.busy() + " busy, last code " + counts.lastRefusal());
        }
        Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
        drivers.forEach(driver -> latency.add(driver.tally().latency()));
        double seconds = (after.atNs() - before.atNs()) / 1e9;
        double peerCpu = after.cpuSeconds() - before.cpuSeconds();
        double kernel = after.kernelSeconds() - before.kernelSeconds();
        Measured.Cpu cpu = new Measured.Cpu(peerCpu, kernel, ownCpu, Math.max(0, allCpu - peerCpu - ownCpu));
        return new Measured(counts, seconds, cpu, latency, after);
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
            if (!anyAlive()) {
                failIfBroken();
                return;
            }
            long leftMs = untilNs == Long.MAX_VALUE ? TICK_MS : (untilNs - System.nanoTime()) / 1_000_000;
            Pause.millis(Math.max(1, Math.min(TICK_MS, leftMs)));
        }
    }

    private boolean anyAlive() {
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                return true;
            }
        }
        return false;
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

    private Tally.Counts counts() {
        Tally.Counts sum = new Tally.Counts(0, 0, 0, 0, 0);
        for (Driver driver : drivers) {
            sum = sum.plus(driver.tally().counts());
        }
        return sum;
    }

    private static SocketChannel open(InetSocketAddress address) throws IOException {
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
