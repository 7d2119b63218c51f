package io.firn.tiered.reader;

import io.firn.spi.contract.Deadline;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.TopicView;
import io.firn.tiered.state.BrokerState;
import io.firn.tiered.state.StateSeries;
import io.firn.tiered.store.CancelToken;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Topics, groups and offsets as the newest snapshot has them. A snapshot is taken over again and again: offsets beyond what
 * is archived are cut, and the archive grows. Owner: the follower's task, which it blocks.
 */
public final class FollowedState {
    private static final int SHOWN = 5;

    private final StateSeries series;
    private final TopicView topics;
    private final GroupView groups;
    private StateSeries.@Nullable Found last;
    private volatile String key = "";
    private volatile String refused = "";

    public FollowedState(StateSeries series, TopicView topics, GroupView groups) {
        this.series = series;
        this.topics = topics;
        this.groups = groups;
    }

    /** Reads the newest snapshot, unless that is the one it knows, and makes the broker's state the same. */
    void refresh(Deadline deadline, CancelToken cancel) {
        StateSeries.Found found = series.newestUnless(last, cancel);
        if (found == null) {
            return;
        }
        last = found;
        key = found.key();
        List<String> problems = new ArrayList<>();
        done("topics", () -> topics.follow(found.state().topics()), deadline, problems);
        for (BrokerState.Committed group : found.state().groups()) {
            done(
                    "group " + group.group().name(),
                    () -> groups.follow(group.group(), group.offsets()),
                    deadline,
                    problems);
        }
        refused = problems.size() <= SHOWN
                ? String.join("; ", problems)
                : String.join("; ", problems.subList(0, SHOWN)) + "; and " + (problems.size() - SHOWN) + " more";
    }

    /** The snapshot in force; empty for none. Any thread. */
    String key() {
        return key;
    }

    /** What the broker refused of it; empty for nothing. Any thread. */
    String refused() {
        return refused;
    }

    private static void done(
            String what, Supplier<CompletionStage<Void>> work, Deadline deadline, List<String> problems) {
        try {
            work.get().toCompletableFuture().get(Math.max(1, deadline.remainingNs()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            problems.add(what + ": " + (cause == null ? e : cause).getMessage());
        } catch (TimeoutException e) {
            problems.add(what + ": out of time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add(what + ": the plugin is stopping");
        }
    }
}
