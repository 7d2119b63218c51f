package io.firn.bench;

import java.nio.file.Path;

/** Start to ready on an empty directory, and stop of a broker that had nothing to do. */
record StartScenario() implements Scenario {
    @Override
    public String name() {
        return "start-empty";
    }

    @Override
    public void run(Session session) {
        session.live().close();
        session.brokers().forEach(peer -> startOnce(session, peer));
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                measure(session, peer);
            }
        }
        measure(session, session.echo());
    }

    /** The very first start of an installation reads its jars from the disk, and leaves a class archive if it can. */
    private static void startOnce(Session session, Peer peer) {
        Path directory = session.plan().directory().resolve("first-" + peer.title());
        try (RunningPeer on =
                peer.start(new Peer.Setup(directory, session.plan().loadedJvm()))) {
            on.stop();
        }
        Session.delete(directory);
    }

    private void measure(Session session, Peer peer) {
        Path directory = session.plan().directory().resolve("start-" + peer.title());
        try (RunningPeer on =
                peer.start(new Peer.Setup(directory, session.plan().loadedJvm()))) {
            session.record(
                    row("start to ready, s", new Goal.AtMost(2)),
                    on.name(),
                    on.startToReady().toNanos() / 1e9);
            double cpu = ProcSample.of(on.pid()).cpuSeconds();
            session.record(row("CPU-s until ready", new Goal.None()), on.name(), cpu);
            Pause.millis(500);
            double stop = on.stop().toNanos() / 1e9;
            if (peer.stores()) {
                session.record(row("stop, s", new Goal.AtMost(2)), on.name(), stop);
            }
        }
        Session.delete(directory);
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
