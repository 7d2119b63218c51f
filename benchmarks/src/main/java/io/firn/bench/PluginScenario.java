package io.firn.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What plugins cost a whole broker: how soon one that is dropped in is at work, what four put hooks that let everything
 * pass add to a send, what an idle one adds, and whether a dispatcher that hangs holds up consumers. Of Firn only, with
 * and without plugin in turns in one process.
 */
record PluginScenario() implements Scenario {
    private static final int TURNS = 3;
    private static final int BODY = 128;
    private static final PluginJar PASSING = new PluginJar("passing", PassingPlugin.class);
    private static final PluginJar HANGING = new PluginJar("hanging", HangingPlugin.class);

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public void run(Session session) {
        session.live().close();
        for (int round = 0; round < session.plan().rounds(); round++) {
            for (Peer peer : session.brokers()) {
                if (peer instanceof FirnPeer firn) {
                    measure(session, firn);
                }
            }
        }
    }

    private void measure(Session session, FirnPeer firn) {
        Path directory = session.plan().directory().resolve("plugins-" + firn.title());
        Path jars = directory.resolve("jars");
        int port = AdminPages.freePort();
        FirnPeer peer = firn.with(
                List.of("firn.plugins.dir=" + jars, "firn.plugins.stopTimeout=1000", "firn.admin.port=" + port));
        try (RunningPeer on =
                        peer.start(new Peer.Setup(directory, session.plan().loadedJvm()));
                AdminPages pages = new AdminPages(port)) {
            warm(session, on);
            double bare = load(session, on).cpuPerMillion();
            session.record(row("drop-in to active, s", new Goal.AtMost(2)), on.name(), dropIn(PASSING, jars, pages));
            compare(session, on, pages, bare);
            idle(session, on);
            hang(session, on, pages, jars);
        }
        Session.delete(directory);
    }

    private static double dropIn(PluginJar jar, Path jars, AdminPages pages) {
        long from = System.nanoTime();
        jar.dropInto(jars);
        pages.awaitState(jar.id(), "ACTIVE");
        return (System.nanoTime() - from) / 1e9;
    }

    /** With and without the hooks in turns: a broker gets faster or slower while it runs. */
    private void compare(Session session, RunningPeer on, AdminPages pages, double first) {
        List<Double> without = new ArrayList<>(List.of(first));
        List<Double> with = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            with.add(load(session, on).cpuPerMillion());
            pages.turn(PASSING.id(), "disable");
            without.add(load(session, on).cpuPerMillion());
            pages.turn(PASSING.id(), "enable");
        }
        String peer = on.name();
        session.record(row("no hook, CPU-s per million sends", new Goal.None()), peer, median(without));
        session.record(row("four no-op hooks, CPU-s per million", new Goal.None()), peer, median(with));
        // CPU-seconds per million messages are microseconds per message
        double added = (median(with) - median(without)) * 1_000;
        session.record(row("four no-op hooks add, ns of CPU", new Goal.AtMost(250)), peer, added);
    }

    private void idle(Session session, RunningPeer on) {
        Pause.millis(Math.min(5_000, session.plan().idle().toMillis()));
        ProcSample before = ProcSample.of(on.pid());
        Pause.millis(session.plan().idle().toMillis());
        ProcSample after = ProcSample.of(on.pid());
        double percent = (after.cpuSeconds() - before.cpuSeconds()) * 1e11 / (after.atNs() - before.atNs());
        session.record(row("idle with a plugin, % of a core", new Goal.AtMost(0.5)), on.name(), percent);
    }

    private void hang(Session session, RunningPeer on, AdminPages pages, Path jars) {
        String peer = on.name();
        double before = load(session, on).perSecond();
        session.record(row("behind after a load, MiB", new Goal.None()), peer, behind(pages));
        dropIn(HANGING, jars, pages);
        double after = load(session, on).perSecond();
        session.record(row("the same, a dispatcher hangs", new Goal.AtMost(64)), peer, behind(pages));
        session.record(row("sends/s, a dispatcher hangs / not", new Goal.AtLeast(0.9)), peer, after / before);
    }

    private static double behind(AdminPages pages) {
        return pages.dispatchLag() / (double) (1 << 20);
    }

    private void warm(Session session, RunningPeer on) {
        try (AdminCalls admin = on.admin()) {
            admin.createTopics(Loads.topics(name(), 1), Plan.QUEUES);
        }
        try (LoadRun load = LoadRun.connect(on, new Loads(session.plan()).send(frames(on)))) {
            load.warm(session.plan().warm(), session.plan().warmMessages());
        }
    }

    private Measured load(Session session, RunningPeer on) {
        try (LoadRun load = LoadRun.connect(on, new Loads(session.plan()).send(frames(on)))) {
            load.warm(session.plan().settle(), 0);
            Memory.recall(session.plan().recallBytes());
            return load.measure(session.plan().measure());
        }
    }

    private SendFrame[] frames(RunningPeer on) {
        return Loads.frames(on.peer(), Loads.topics(name(), 1), Plan.QUEUES, BODY);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private Ledger.Row row(String measure, Goal goal) {
        return new Ledger.Row(name(), measure, goal);
    }
}
