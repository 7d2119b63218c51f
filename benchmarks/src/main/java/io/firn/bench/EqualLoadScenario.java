package io.firn.bench;

/** The same rate of 128-byte sends on every broker, with latencies counted from when each request was due. */
record EqualLoadScenario() implements Scenario {
    private static final int BODY = 128;

    @Override
    public String name() {
        return "equal-load";
    }

    @Override
    public void run(Session session) {
        double rate = rate(session);
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                session.live().on(peer, on -> measure(session, on, rate));
            }
        }
        session.live().on(session.echo(), on -> measure(session, on, rate));
    }

    /** Half of what the slowest broker can do: a load that all of them can carry. */
    private double rate(Session session) {
        if (session.plan().ratePerSecond() > 0) {
            return session.plan().ratePerSecond();
        }
        return session.slowest(SendScenario.throughput("send-128")).orElseGet(() -> calibrated(session)) / 2;
    }

    private double calibrated(Session session) {
        double[] slowest = {Double.MAX_VALUE};
        for (Peer peer : session.brokers()) {
            session.live().on(peer, on -> {
                prepare(session, on);
                try (LoadRun load = LoadRun.connect(on, new Loads(session.plan()).send(frames(on)))) {
                    load.warm(session.plan().warm(), session.plan().warmMessages());
                    slowest[0] = Math.min(
                            slowest[0], load.measure(session.plan().settle()).perSecond());
                }
            });
        }
        return slowest[0];
    }

    private void measure(Session session, RunningPeer on, double rate) {
        Plan plan = session.plan();
        prepare(session, on);
        try (LoadRun load = LoadRun.connect(on, new Loads(plan).paced(frames(on), rate))) {
            load.warm(session.live().firstTime(on, "paced") ? plan.warm() : plan.settle(), 0);
            Memory.recall(plan.recallBytes());
            report(session, on, load.measure(plan.measure()));
        }
    }

    private void report(Session session, RunningPeer on, Measured measured) {
        String peer = on.name();
        session.record(row("messages/s (the same for all)", new Goal.None()), peer, measured.perSecond());
        session.record(row("p50 ms", new Goal.None()), peer, measured.latencyMs(50));
        session.record(row("p99 ms", new Goal.RatioAtMost(0.3)), peer, measured.latencyMs(99));
        session.record(row("p99.9 ms", new Goal.None()), peer, measured.latencyMs(99.9));
        session.record(row("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
        session.record(row("broker CPU-s per million", new Goal.None()), peer, measured.cpuPerMillion());
        if (on.peer().stores()) {
            session.record(row("answers SYSTEM_BUSY", new Goal.AtMost(0)), peer, (double)
                    measured.counts().busy());
        }
    }

    private void prepare(Session session, RunningPeer on) {
        if (session.live().firstTime(on, name())) {
            try (AdminCalls admin = on.admin()) {
                admin.createTopics(Loads.topics(name(), 1), Plan.QUEUES);
            }
        }
    }

    private SendFrame[] frames(RunningPeer on) {
        return Loads.frames(on.peer(), Loads.topics(name(), 1), Plan.QUEUES, BODY);
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
