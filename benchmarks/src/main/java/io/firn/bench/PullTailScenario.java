package io.firn.bench;

import java.util.List;

/**
 * Pulls the newest messages of a topic, again and again, 32 per request: what a consumer that keeps up reads. Nothing is
 * sent meanwhile, so that the broker's CPU time is that of pulls.
 */
record PullTailScenario() implements Scenario {
    private static final int BODY = 128;
    private static final int MESSAGES = 400_000;
    /** Pulled messages cost less than sent ones, and come many to a request. */
    static final int WARM_FACTOR = 8;

    @Override
    public String name() {
        return "pull-tail";
    }

    @Override
    public void run(Session session) {
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                session.live().on(peer, on -> measure(session, on));
            }
        }
        session.live().on(session.echo().answering(BODY), on -> measure(session, on));
    }

    private void measure(Session session, RunningPeer on) {
        Plan plan = session.plan();
        String topic = Loads.topics(name(), 1).getFirst();
        if (on.peer().stores() && session.live().firstTime(on, name())) {
            new Loads(plan).fill(on, topic, BODY, MESSAGES);
        }
        List<PullWork.Range> ranges = Loads.last(on, topic, MESSAGES / Plan.QUEUES);
        try (LoadRun load = LoadRun.connect(on, new Loads(plan).pull(ranges, PullWork.AtEnd.AGAIN))) {
            if (session.live().firstTime(on, "pull")) {
                load.warm(plan.warm(), plan.warmMessages() * WARM_FACTOR);
            }
            load.warm(plan.settle(), 0);
            report(session, on, load.measure(plan.measure()));
        }
    }

    private void report(Session session, RunningPeer on, Measured measured) {
        String peer = on.name();
        session.record(row("messages/s", new Goal.None()), peer, measured.perSecond());
        session.record(row("broker CPU-s per million", new Goal.RatioAtMost(0.35)), peer, measured.cpuPerMillion());
        session.record(row("of it in the kernel", new Goal.None()), peer, measured.kernelCpuPerMillion());
        session.record(row("generator CPU-s per million", new Goal.None()), peer, measured.ownCpuPerMillion());
        session.record(row("cores used by others (noise)", new Goal.None()), peer, measured.otherCores());
        session.record(row("messages per request", new Goal.None()), peer, perRequest(measured));
    }

    static double perRequest(Measured measured) {
        return measured.counts().messages()
                / (double) Math.max(1, measured.latency().getTotalCount());
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
