package io.firn.spi.topic;

import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The broker's topics. Answers are snapshots from memory; any thread; nothing here blocks.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface TopicView {

    /**
     * The topic as it is now.
     *
     * @since 1.0
     */
    Optional<Topic> get(String name);

    /**
     * All topics as they are now, the broker's own among them, in no order.
     *
     * @since 1.0
     */
    Collection<Topic> all();

    /**
     * Tells of each change after this call, in order.
     *
     * @since 1.0
     */
    Registration onChange(TopicListener listener);

    /**
     * Makes a topic that is not there, incarnation as given: what a restore from an archive needs. Idempotent: a topic
     * of that name stays as it is.
     *
     * @return the topic as it is now, once it is on disk; fails with {@link IllegalArgumentException} when the broker
     *     refuses it and says why
     * @since 1.0
     */
    CompletionStage<Topic> createIfAbsent(Topic topic);

    /**
     * Makes the topics these: makes what is missing, changes what is different, and deletes ordinary topics that are not
     * among them. Only for brokers of role {@link io.firn.spi.BrokerRole#READER}, whose topics are another's; fails with
     * {@link IllegalStateException} at others. Idempotent.
     *
     * @return done once all is on disk; fails with {@link IllegalArgumentException} when some are refused, naming them and
     *     why, after all others were done
     * @since 1.0
     */
    @Incubating
    CompletionStage<Void> follow(Collection<Topic> topics);
}
