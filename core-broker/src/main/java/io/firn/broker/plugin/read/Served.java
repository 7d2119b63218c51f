package io.firn.broker.plugin.read;

import io.firn.broker.queue.QueueSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What serves one topic; made of these claims. */
record Served(QueueSource source, @Nullable QueueClaim queue, List<ColdClaim> colds) {

    boolean isReplacedBy(String id) {
        return queue != null && queue.guard().owner().id().equals(id);
    }

    boolean isExtendedBy(String id) {
        return colds.stream().anyMatch(claim -> claim.guard().owner().id().equals(id));
    }

    boolean isPaused() {
        return source instanceof PausedSource;
    }

    void close() {
        if (source instanceof OverrideSource override) {
            override.close();
        }
    }
}
