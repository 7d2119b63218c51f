package io.firn.spi.topic;

import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * The broker's consumer groups and what they have committed. Answers are snapshots from memory; any thread; nothing here
 * blocks.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface GroupView {

    /**
     * All groups as they are now, in no order.
     *
     * @since 1.0
     */
    Collection<Group> all();

    /**
     * The offset a group reads next in a queue; empty when it never committed there.
     *
     * @since 1.0
     */
    OptionalLong committed(String group, QueueRef queue);

    /**
     * All that a group has committed: queue to next offset. Empty for an unknown group.
     *
     * @since 1.0
     */
    Map<QueueRef, Long> committed(String group);

    /**
     * Makes a group that is not there and gives it offsets in queues where it has none: what a restore from an archive
     * needs. Idempotent: settings and offsets that are there stay. An offset beyond the queue's end is cut to the end,
     * else messages to come would be skipped.
     *
     * @return done once it is on disk; fails with {@link IllegalArgumentException} when the broker refuses and says why
     * @since 1.0
     */
    CompletionStage<Void> restore(Group group, Map<QueueRef, Long> offsets);

    /**
     * Makes a group and its offsets these, cut to the ends of queues as by {@link #restore}. Only for brokers of role
     * {@link io.firn.spi.BrokerRole#READER}, whose groups are another's; fails with {@link IllegalStateException} at others.
     * Idempotent.
     *
     * @return done once it is on disk; fails with {@link IllegalArgumentException} when the broker refuses and says why
     * @since 1.0
     */
    @Incubating
    CompletionStage<Void> follow(Group group, Map<QueueRef, Long> offsets);
}
