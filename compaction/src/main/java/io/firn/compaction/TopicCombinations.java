package io.firn.compaction;

import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicCheck;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses topics that cannot be compacted, and attributes that contradict each other. Stateless; on the control thread. */
final class TopicCombinations implements TopicCheck {

    @Override
    public @Nullable String problem(@Nullable Topic before, Topic after) {
        if (!TopicAttributes.COMPACTED.test(after)) {
            return after.attributes().keySet().stream()
                    .filter(name -> name.startsWith(TopicAttributes.PREFIX))
                    .findFirst()
                    .map(name -> name + " means nothing without cleanup.policy=COMPACTION")
                    .orElse(null);
        }
        String contradiction = contradiction(after);
        return contradiction != null ? contradiction : queues(before, after);
    }

    private static @Nullable String contradiction(Topic topic) {
        Map<String, String> attributes = topic.attributes();
        if ("BatchCQ".equals(attributes.get("queue.type"))) {
            return "cleanup.policy=COMPACTION needs queue.type=SimpleCQ: an entry of a BatchCQ queue holds many keys";
        }
        if (topic.name().startsWith("%LMQ%")) {
            return "topic " + topic.name() + " cannot be compacted: light queues are views of records of other queues";
        }
        try {
            TopicAttributes.policy(topic);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static @Nullable String queues(@Nullable Topic before, Topic after) {
        if (before == null
                || !TopicAttributes.COMPACTED.test(before)
                || before.layout().writeQueues() == after.layout().writeQueues()
                || TopicAttributes.allowsQueueChange(after)) {
            return null;
        }
        return "topic " + after.name() + " is compacted: with " + after.layout().writeQueues()
                + " write queues instead of "
                + before.layout().writeQueues()
                + " keys move to other queues and their old records stay where they are;"
                + " set +compaction.allow.queue.change=true along with it if that is wanted";
    }
}
