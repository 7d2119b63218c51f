package io.firn.bench;

/**
 * Pops a topic empty and acknowledges message by message, each round as another group. Nothing is sent meanwhile, so that the
 * broker's CPU time is that of pops and acknowledgements.
 */
final class PopScenario implements Scenario {
    private static final int BODY = 128;
    private static final int MESSAGES = 200_000;

    private int groups;

    @Override
    public String name() {
        return "pop-ack";
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
        String topic = Loads.topics(name(), 1).getFirst();
        Loads loads = new Loads(session.plan());
        if (session.live().firstTime(on, name())) {
            loads.fill(on, topic, BODY, MESSAGES);
            all(loads, on, topic);
        }
        report(session, on.name(), all(loads, on, topic));
    }

    private Measured all(Loads loads, RunningPeer on, String topic) {
        try (LoadRun load = LoadRun.connect(on, loads.pop(on, topic, "pop-" + groups++))) {
            Measured measured = load.measureUntilDone();
            if (measured.counts().messages() < MESSAGES) {
                throw new BenchException(
                        on.name() + " gave " + measured.counts().messages() + " of " + MESSAGES
                                + " messages; refused acknowledgements: "
                                + measured.counts().refused());
            }
            return measured;
        }
    }

    private void report(Session session, String peer, Measured measured) {
        session.record(row("messages/s", new Goal.None()), peer, measured.perSecond());
        session.record(row("broker CPU-s per million", new Goal.RatioAtMost(0.4)), peer, measured.cpuPerMillion());
        session.record(row("generator CPU-s per million", new Goal.None()), peer, measured.ownCpuPerMillion());
        session.record(row("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
