package io.firn.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brokers without a client, a while after they started. They are watched at the same time: what is counted is the CPU
 * time of each process, which the others do not change.
 */
record IdleScenario() implements Scenario {
    private static final long SETTLE_MS = 10_000;

    @Override
    public String name() {
        return "idle";
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

    private void report(Session session, String peer, ProcSample before, ProcSample after) {
        double percent = (after.cpuSeconds() - before.cpuSeconds()) * 1e11 / (after.atNs() - before.atNs());
        session.record(row("CPU, % of a core", new Goal.AtMost(0.5)), peer, percent);
        session.record(row("threads", new Goal.AtMost(60)), peer, after.threads());
        session.record(row("RSS, MiB (-Xmx256m)", new Goal.AtMost(300)), peer, after.rssMiB());
        session.record(row("RSS without files, MiB", new Goal.None()), peer, after.anonMiB());
    }

    private static Path directory(Session session, Peer peer) {
        return session.plan().directory().resolve("idle-" + peer.title());
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
