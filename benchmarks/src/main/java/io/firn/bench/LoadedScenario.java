package io.firn.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A store with a long log and many queues, cleanly stopped, its log dropped from the page cache: start to ready, then a
 * pull of the whole log front to back, then stop. One process per round; the pull path is warmed on the log's end
 * before the clock runs.
 */
record LoadedScenario(Set<Part> parts) implements Scenario {
    private static final int MOST_ROUNDS = 2;
    private static final long WARM_MESSAGES = 20_000;

    /** What to write into the ledger. */
    enum Part {
        START,
        HISTORY
    }

    @Override
    public String name() {
        return "loaded";
    }

    @Override
    public void run(Session session) {
        Plan plan = session.plan();
        session.live().close();
        List<Peer> brokers = session.brokers();
        brokers.forEach(peer -> fill(session, peer));
        Disk.sync(plan.directory());
        for (int round = 0; round < Math.min(MOST_ROUNDS, plan.rounds()); round++) {
            brokers.forEach(peer -> measure(session, peer));
        }
        brokers.forEach(peer -> Session.delete(directory(plan, peer)));
        if (parts.contains(Part.HISTORY)) {
            limits(session);
        }
    }

    private void fill(Session session, Peer peer) {
        Plan plan = session.plan();
        String size = Table.number(plan.historyBytes() / (double) (1 << 30));
        session.say("  filling " + peer.title() + ": " + size + " GiB of log, " + LoadedStore.queues() + " queues");
        try (RunningPeer on = peer.start(new Peer.Setup(directory(plan, peer), plan.loadedJvm()))) {
            LoadedStore.fill(plan, on);
            on.stop();
        }
    }

    private void measure(Session session, Peer peer) {
        Plan plan = session.plan();
        Peer.Setup setup = new Peer.Setup(directory(plan, peer), plan.loadedJvm());
        Disk.forgetLog(setup.store());
        try (RunningPeer on = peer.start(setup)) {
            if (parts.contains(Part.START)) {
                session.record(start("start to ready, s", new Goal.AtMost(5)), on.name(), seconds(on.startToReady()));
                session.record(
                        start("threads", new Goal.None()),
                        on.name(),
                        ProcSample.of(on.pid()).threads());
            }
            if (parts.contains(Part.HISTORY)) {
                history(session, on);
            }
            double stop = seconds(on.stop());
            if (parts.contains(Part.START)) {
                session.record(start("stop, s", new Goal.None()), peer.title(), stop);
            }
        }
    }

    private void history(Session session, RunningPeer on) {
        Plan plan = session.plan();
        Loads loads = new Loads(plan);
        List<PullWork.Range> end = Loads.last(on, LoadedStore.TOPIC, WARM_MESSAGES);
        try (LoadRun load = LoadRun.connect(on, loads.pull(end, PullWork.AtEnd.AGAIN))) {
            load.warm(plan.warm(), plan.warmMessages() * PullTailScenario.WARM_FACTOR);
        }
        List<PullWork.Range> all = Loads.last(on, LoadedStore.TOPIC, Long.MAX_VALUE);
        Memory.recall(plan.recallBytes());
        try (LoadRun load = LoadRun.connect(on, loads.pull(all, PullWork.AtEnd.STOP))) {
            Measured measured = load.measureUntilDone();
            long expected =
                    all.stream().mapToLong(range -> range.to() - range.from()).sum();
            if (measured.counts().messages() != expected) {
                throw new BenchException(
                        on.name() + " delivered " + measured.counts().messages() + " of " + expected);
            }
            report(session, on.name(), measured);
        }
    }

    private static void limits(Session session) {
        Path directory = session.plan().directory();
        Disk.writeRate(directory, 1L << 30);
        session.record(history("MiB/s (limit: disk, cold)", new Goal.None()), "limit", Disk.readRate(directory));
        session.live().on(session.echo().answering(LoadedStore.BODY), on -> {
            List<PullWork.Range> ranges = Loads.last(on, LoadedStore.TOPIC, Long.MAX_VALUE);
            List<Driver> pull = new Loads(session.plan()).pull(ranges, PullWork.AtEnd.AGAIN);
            try (LoadRun load = LoadRun.connect(on, pull)) {
                load.warm(session.plan().settle(), 0);
                Measured measured = load.measure(session.plan().measure());
                session.record(history("messages/s", new Goal.None()), on.name(), measured.perSecond());
                session.record(cpu(), on.name(), measured.cpuPerMillion());
            }
        });
    }

    private static void report(Session session, String peer, Measured measured) {
        session.record(history("messages/s", new Goal.None()), peer, measured.perSecond());
        session.record(cpu(), peer, measured.cpuPerMillion());
        session.record(history("of it in the kernel", new Goal.None()), peer, measured.kernelCpuPerMillion());
        session.record(history("MiB/s (limit: disk, cold)", new Goal.None()), peer, measured.mibPerSecond());
        session.record(history("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
        session.record(history("messages per request", new Goal.None()), peer, PullTailScenario.perRequest(measured));
        session.record(
                history("RSS without files, MiB", new Goal.None()),
                peer,
                measured.after().anonMiB());
    }

    private static Ledger.Row cpu() {
        return history("broker CPU-s per million", new Goal.RatioAtMost(0.35));
    }

    private static Ledger.Row history(String measure, Goal goal) {
        return new Ledger.Row("history", measure, goal);
    }

    private static Ledger.Row start(String measure, Goal goal) {
        return new Ledger.Row("start-loaded", measure, goal);
    }

    private static Path directory(Plan plan, Peer peer) {
        return plan.directory().resolve("loaded-" + peer.title());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
