package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.metrics.Label;
import io.firn.spi.topic.Topic;

// example
/** A row per topic on the metrics page, {@code firn_plugin_<id>_topic_queues}. */
public final class MetricsExample implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        context.register().metrics(sink -> {
            for (Topic topic : context.topics().all()) {
                sink.gauge("topic_queues", "Queues.", topic.layout().writeQueues(), new Label("topic", topic.name()));
            }
        });
    }
}
// end
