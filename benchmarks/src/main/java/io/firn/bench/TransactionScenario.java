package io.firn.bench;

/** Transactions of one message each, committed at once. */
record TransactionScenario() implements Scenario {
    private static final int BODY = 128;

    @Override
    public String name() {
        return "transactions";
    }

    @Override
    public void run(Session session) {
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                session.live().on(peer, on -> measure(session, on));
            }
        }
    }

    private void measure(Session session, RunningPeer on) {
        Plan plan = session.plan();
        String topic = Loads.topics(name(), 1).getFirst();
        Loads loads = new Loads(plan);
        boolean first = session.live().firstTime(on, name());
        if (first) {
            loads.create(on, topic);
        }
        try (LoadRun load = LoadRun.connect(on, loads.transactions(on.peer(), topic, BODY, Long.MAX_VALUE))) {
            if (first) {
                load.warm(plan.warm(), plan.warmMessages() / 4);
            }
            load.warm(plan.settle(), 0);
            report(session, on.name(), load.measure(plan.measure()));
        }
    }

    private void report(Session session, String peer, Measured measured) {
        session.record(row("commits/s", new Goal.None()), peer, measured.perSecond());
        session.record(row("broker CPU-s per million", new Goal.RatioAtMost(0.6)), peer, measured.cpuPerMillion());
        session.record(row("generator CPU-s per million", new Goal.None()), peer, measured.ownCpuPerMillion());
        session.record(row("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
        session.record(row("answers other than success", new Goal.AtMost(0)), peer, (double)
                (measured.counts().refused() + measured.counts().busy()));
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
