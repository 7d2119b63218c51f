package io.firn.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Brokers without a client, a while after they started or were used. They are watched at the same time: what is counted is the CPU
 * time of each process, which the others do not change.
 */
record IdleScenario(String name, Before before, Goal cpu) implements Scenario {
    private static final long SETTLE_MS = 10_000;
    private static final int BODY = 128;
    private static final int TIMERS = 100_000;
    private static final int A_FEW = 1_000;
    private static final int A_DAY = 86_400;

    /** What happened to the brokers before. */
    enum Before {
        /** Nothing. */
        NOTHING,
        /** Messages wait that are due in a day. */
        TIMERS,
        /** A little of everything: sends, pulls, pops, transactions, delays and timers. */
        EVERYTHING
    }

    @Override
    public void run(Session session) {
        session.live().close();
        List<RunningPeer> up = new ArrayList<>();
        try {
            for (Peer peer : session.brokers()) {
                up.add(peer.start(
                        new Peer.Setup(directory(session, peer), session.plan().idleJvm())));
            }
            up.forEach(on -> use(session.plan(), on));
            Pause.millis(Math.min(SETTLE_MS, session.plan().idle().toMillis()));
            List<ProcSample> before =
                    up.stream().map(on -> ProcSample.of(on.pid())).toList();
            Pause.millis(session.plan().idle().toMillis());
            for (int i = 0; i < up.size(); i++) {
                report(
                        session,
                        up.get(i).name(),
                        before.get(i),
                        ProcSample.of(up.get(i).pid()));
            }
        } finally {
            up.forEach(RunningPeer::close);
        }
        session.brokers().forEach(peer -> Session.delete(directory(session, peer)));
    }

    private void use(Plan plan, RunningPeer on) {
        Loads loads = new Loads(plan);
        String topic = name + "-1000";
        switch (before) {
            case NOTHING -> {
                // as it started
            }
            case TIMERS -> {
                loads.create(on, topic);
                send(loads, on, queue -> SendFrame.timed(queue, BODY, A_DAY), TIMERS);
            }
            case EVERYTHING -> {
                loads.fill(on, topic, BODY, A_FEW);
                done(on, loads.pull(Loads.last(on, topic, A_FEW), PullWork.AtEnd.STOP));
                done(on, loads.pop(on, topic, "pop"));
                done(on, loads.transactions(on.peer(), topic, BODY, A_FEW));
                send(loads, on, queue -> SendFrame.delayed(queue, BODY, 1), A_FEW);
                send(loads, on, queue -> SendFrame.timed(queue, BODY, 1), A_FEW);
            }
        }
    }

    private void send(Loads loads, RunningPeer on, Function<SendFrame.Target, SendFrame> frame, int messages) {
        SendFrame one =
                frame.apply(new SendFrame.Target(name + "-1000", 0, on.peer().brokerName()));
        done(on, loads.send(new SendFrame[] {one}, messages, 1));
    }

    private static void done(RunningPeer on, List<Driver> drivers) {
        try (LoadRun load = LoadRun.connect(on, drivers)) {
            Measured done = load.measureUntilDone();
            if (done.counts().refused() + done.counts().busy() > 0) {
                throw new BenchException(on.name() + " refused requests, last code "
                        + done.counts().lastRefusal());
            }
        }
    }

    private void report(Session session, String peer, ProcSample before, ProcSample after) {
        double percent = (after.cpuSeconds() - before.cpuSeconds()) * 1e11 / (after.atNs() - before.atNs());
        session.record(row("CPU, % of a core", cpu), peer, percent);
        session.record(row("threads", new Goal.AtMost(60)), peer, after.threads());
        session.record(row("RSS, MiB (-Xmx256m)", new Goal.AtMost(300)), peer, after.rssMiB());
        session.record(row("RSS without files, MiB", new Goal.None()), peer, after.anonMiB());
    }

    private Path directory(Session session, Peer peer) {
        return session.plan().directory().resolve(name + "-" + peer.title());
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
