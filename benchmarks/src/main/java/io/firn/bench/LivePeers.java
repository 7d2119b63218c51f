package io.firn.bench;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brokers that stay up over several scenarios, so that the JIT is warm. Only one of them runs at a time: the others are
 * stopped by signal, or what one does when idle would be measured as the slowness of another. Owned by the thread that
 * runs the scenarios.
 */
final class LivePeers implements AutoCloseable {
    private final Plan plan;
    private final Map<Peer, RunningPeer> running = new LinkedHashMap<>();
    private final Set<String> warmed = new HashSet<>();

    LivePeers(Plan plan) {
        this.plan = plan;
    }

    /** Lets {@code peer} run, alone, for as long as {@code work} takes; starts it when it was not up. */
    void on(Peer peer, Consumer<RunningPeer> work) {
        RunningPeer on = running.get(peer);
        if (on == null) {
            var directory = plan.directory().resolve("live-" + peer.title());
            on = peer.start(new Peer.Setup(directory, plan.loadedJvm()));
            running.put(peer, on);
        } else {
            on.resume();
        }
        work.accept(on);
        Disk.sync(plan.directory());
        on.pause();
    }

    /** True once for each broker and kind of load: that is when it needs a long warm-up. */
    boolean firstTime(RunningPeer peer, String kind) {
        return warmed.add(peer.name() + " " + kind);
    }

    /** Stops what is up. */
    @Override
    public void close() {
        running.values().forEach(RunningPeer::close);
        running.keySet().forEach(peer -> Session.delete(plan.directory().resolve("live-" + peer.title())));
        running.clear();
        warmed.clear();
    }
}
