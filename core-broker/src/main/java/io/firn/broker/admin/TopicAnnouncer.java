package io.firn.broker.admin;

import io.firn.broker.topic.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes topics known to the name servers, so that a tool that created one finds its route at once. */
@FunctionalInterface
public interface TopicAnnouncer {

    /**
     * Completes, never exceptionally, when every name server has answered or has had its time to: seconds, not minutes.
     * Must not block.
     */
    CompletableFuture<?> announce(List<Topic> changed);
}
