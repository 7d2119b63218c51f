package io.firn.tiered.state;

import io.firn.spi.contract.Deadline;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicView;
import io.firn.tiered.retention.RetentionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Makes the topics and groups of a snapshot that are not there. Idempotent: what is there stays as it is, and a restore that
 * was interrupted is run again. An operator's thread, which it blocks.
 */
public record Restore(TopicView topics, GroupView groups) {
    /**
     * What was done.
     *
     * @param topics there now
     * @param groups there now, with offsets where they had none
     * @param refused what the broker refused, and what it has otherwise than the snapshot, and why that matters
     */
    public record Result(int topics, int groups, List<String> refused) {
        /** Whether all of the snapshot is there. */
        public boolean isWhole() {
            return refused.isEmpty();
        }
    }

    /** Topics first: a group's offsets are cut to the end of queues that are known. */
    public Result run(BrokerState state, Deadline deadline) {
        List<String> refused = new ArrayList<>();
        int topicCount = 0;
        for (Topic topic : state.topics()) {
            String name = "topic " + topic.name();
            if (done(name, () -> topics.createIfAbsent(topic), deadline, refused) && isKeptAsLong(topic, refused)) {
                topicCount++;
            }
        }
        int groupCount = 0;
        for (BrokerState.Committed group : state.groups()) {
            String name = "group " + group.group().name();
            if (done(name, () -> groups.restore(group.group(), group.offsets()), deadline, refused)) {
                groupCount++;
            }
        }
        return new Result(topicCount, groupCount, List.copyOf(refused));
    }

    /** A topic that a producer made before the restore has no attributes: its archived messages would go early. */
    private boolean isKeptAsLong(Topic topic, List<String> refused) {
        String key = RetentionRules.ATTRIBUTE.name();
        String wanted = topic.attributes().get(key);
        String there =
                topics.get(topic.name()).map(now -> now.attributes().get(key)).orElse(null);
        boolean same = Objects.equals(wanted, there);
        if (!same) {
            refused.add("topic " + topic.name() + ": is there with " + key + "=" + there + ", the snapshot says "
                    + wanted + "; give it that, then run restore again");
        }
        return same;
    }

    private static boolean done(
            String what, Supplier<CompletionStage<?>> work, Deadline deadline, List<String> refused) {
        try {
            work.get().toCompletableFuture().get(Math.max(1, deadline.remainingNs()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            refused.add(what + ": " + e.getCause());
        } catch (TimeoutException e) {
            refused.add(what + ": out of time, run restore again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refused.add(what + ": the plugin is stopping");
        }
        return false;
    }
}
