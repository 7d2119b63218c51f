package io.firn.broker.plugin.read;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a topic is replaced by one plugin at most: two owners of one topic would show two views of it.
 *
 * @param view a topic as plugins see it
 */
record TopicOwners(TopicRegistry topics, Function<Topic, io.firn.spi.topic.Topic> view) {

    /**
     * Looks at claims that are to come to those that are there.
     *
     * @throws PluginException naming a topic with two owners
     */
    void check(Collection<QueueClaim> added, Collection<QueueClaim> present) {
        List<QueueClaim> all = new ArrayList<>(present);
        all.addAll(added);
        for (QueueClaim claim : added) {
            for (Topic topic : topics.all().values()) {
                QueueClaim other = ownerBeside(claim, added, all, view.apply(topic));
                if (other != null) {
                    throw new PluginException("topic " + topic.name() + " is claimed twice: by "
                            + other.guard().name() + " and by " + claim.guard().name()
                            + "; a topic has one owner, let one of them choose other topics");
                }
            }
        }
    }

    private static @Nullable QueueClaim ownerBeside(
            QueueClaim claim, Collection<QueueClaim> added, Collection<QueueClaim> all, io.firn.spi.topic.Topic topic) {
        if (!claim.topics().test(topic)) {
            return null;
        }
        for (QueueClaim other : all) {
            boolean replaced = !added.contains(other)
                    && other.guard().owner().id().equals(claim.guard().owner().id());
            if (!other.equals(claim) && !replaced && other.topics().test(topic)) {
                return other;
            }
        }
        return null;
    }
}
