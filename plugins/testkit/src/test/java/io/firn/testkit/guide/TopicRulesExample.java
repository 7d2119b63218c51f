package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicAttributeSpec.Change;

// example
/** Topics may say how long they matter; those with one queue may not. */
public final class TopicRulesExample implements BrokerPlugin {

    private static final TopicAttributeSpec<Integer> DAYS =
            new TopicAttributeSpec<>("archive.days", Integer::valueOf, "a whole number", 0, Change.ALLOWED);

    @Override
    public void start(PluginContext context) {
        context.register().topicAttribute(DAYS);
        context.register()
                .topicCheck((before, after) ->
                        after.attribute(DAYS) > 0 && after.layout().writeQueues() == 1
                                ? "archive.days needs more than one queue"
                                : null);
    }
}
// end
