package io.firn.bench;

import java.util.List;

/**
 * Sends of one body size from a few connections with full windows, to one topic or to many.
 *
 * @param topics how many topics the messages are spread over
 */
record SendScenario(String name, int bodyBytes, int topics) implements Scenario {
    /** Throughput of the one-topic scenario with this body: what other scenarios relate to. */
    static Ledger.Row throughput(String scenario) {
        return new Ledger.Row(scenario, "messages/s", new Goal.RatioAtLeast(4));
    }

    @Override
    public void run(Session session) {
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                session.live().on(peer, on -> measure(session, on));
            }
        }
        session.live().on(session.echo(), on -> measure(session, on));
        if (bodyBytes >= 1024) {
            Ledger.Row row = new Ledger.Row(name, "log MiB/s (limit: disk)", new Goal.None());
            session.record(row, "limit", Disk.writeRate(session.plan().directory(), 1L << 30));
            Disk.readRate(session.plan().directory());
        }
    }

    private void measure(Session session, RunningPeer on) {
        Plan plan = session.plan();
        List<String> names = Loads.topics(name, topics);
        if (session.live().firstTime(on, name)) {
            try (AdminCalls admin = on.admin()) {
                admin.createTopics(names, Plan.QUEUES);
            }
        }
        SendFrame[] frames = Loads.frames(on.peer(), names, Plan.QUEUES, bodyBytes);
        try (LoadRun load = LoadRun.connect(on, new Loads(plan).send(frames))) {
            if (session.live().firstTime(on, "send")) {
                load.warm(plan.warm(), plan.warmMessages());
            }
            load.warm(plan.settle(), 0);
            Memory.recall(plan.recallBytes());
            report(session, on, load.measure(plan.measure()));
        }
    }

    private void report(Session session, RunningPeer on, Measured measured) {
        String peer = on.name();
        session.record(throughput(name), peer, measured.perSecond());
        session.record(row("broker CPU-s per million", new Goal.RatioAtMost(0.2)), peer, measured.cpuPerMillion());
        session.record(row("of it in the kernel", new Goal.None()), peer, measured.kernelCpuPerMillion());
        session.record(row("generator CPU-s per million", new Goal.None()), peer, measured.ownCpuPerMillion());
        session.record(row("cores used by the broker", new Goal.None()), peer, measured.peerCores());
        session.record(row("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
        if (on.peer().stores()) {
            session.record(row("answers SYSTEM_BUSY", new Goal.AtMost(0)), peer, (double)
                    measured.counts().busy());
            session.record(row("answers other than success", new Goal.AtMost(0)), peer, (double)
                    measured.counts().refused());
            session.record(
                    row("RSS without files, MiB", new Goal.None()),
                    peer,
                    measured.after().anonMiB());
            session.record(
                    row("threads", new Goal.None()), peer, measured.after().threads());
            relate(session, peer, measured);
        }
    }

    private void relate(Session session, String peer, Measured measured) {
        if (bodyBytes >= 1024) {
            double mib = measured.perSecond() * StoredRecord.bytes(name + "-1000", bodyBytes) / (1 << 20);
            session.record(row("log MiB/s (limit: disk)", new Goal.None()), peer, mib);
        }
        if (topics > 1) {
            session.ledger()
                    .median(throughput("send-128"), peer)
                    .ifPresent(one -> session.record(
                            row("throughput / one topic's", new Goal.AtLeast(0.8)), peer, measured.perSecond() / one));
        }
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name, measure, goal);
    }
}
