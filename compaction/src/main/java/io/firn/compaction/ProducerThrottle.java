package io.firn.compaction;

import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Holds back the producers of a topic while one of its queues is far behind its maximal lag, when the topic asks for it
 * ({@code compaction.throttle.producers=true}). Only what clients send is refused; what the broker stores again goes on. Any io
 * thread; allocates nothing. Which topics ask is a snapshot of the thread that hears of topics, which are late one of the
 * plugin's scheduler.
 */
final class ProducerThrottle implements PutMessageHook {

    /** Producers are held back from so many maximal lags on. */
    private static final int MOST_LAGS = 5;
    /** A maximal lag below this counts as this, ms: queues are looked at once a second. */
    private static final long LEAST_LAG_MS = 1_000;

    private volatile Set<String> asking = Set.of();
    private volatile Map<String, Verdict> late = Map.of();

    /**
     * How far a queue is behind.
     *
     * @param lagMs age of its oldest record that is not compacted
     * @param maxLagMs what its topic allows
     */
    record Backlog(QueueRef queue, long lagMs, long maxLagMs) {

        boolean isFarBehind() {
            return lagMs > MOST_LAGS * Math.max(LEAST_LAG_MS, maxLagMs);
        }

        Verdict verdict() {
            return Verdict.reject(
                    RejectCode.SYSTEM_BUSY,
                    "compaction of queue " + queue + " is more than " + MOST_LAGS
                            + " times its compaction.max.lag.ms of " + maxLagMs
                            + " behind: send more slowly, see 'firn compaction status'");
        }
    }

    @Override
    public Verdict beforePut(PutMessage message) {
        Map<String, Verdict> now = late;
        if (now.isEmpty()) {
            return Verdict.ACCEPT;
        }
        PutOrigin origin = message.origin();
        boolean isFresh = origin == PutOrigin.CLIENT || origin == PutOrigin.TRANSACTION_HALF;
        return isFresh ? now.getOrDefault(message.topic(), Verdict.ACCEPT) : Verdict.ACCEPT;
    }

    /** A topic is there or has changed. */
    void follow(Topic topic) {
        Set<String> next = new HashSet<>(asking);
        if (TopicAttributes.throttlesProducers(topic)) {
            next.add(topic.name());
        } else {
            next.remove(topic.name());
        }
        asking = Set.copyOf(next);
    }

    /** A topic is gone. */
    void forget(String topic) {
        Set<String> next = new HashSet<>(asking);
        next.remove(topic);
        asking = Set.copyOf(next);
    }

    /** This is how far all queues are behind now. */
    void look(Iterable<Backlog> queues) {
        Map<String, Verdict> next = new HashMap<>();
        for (Backlog backlog : queues) {
            String topic = backlog.queue().topic();
            if (asking.contains(topic) && backlog.isFarBehind()) {
                next.putIfAbsent(topic, backlog.verdict());
            }
        }
        late = Map.copyOf(next);
    }
}
