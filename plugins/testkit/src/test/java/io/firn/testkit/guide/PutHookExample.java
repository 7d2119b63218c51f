package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.message.PropertyName;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.TopicSelector;

// example
/** Orders need a key. */
public final class PutHookExample implements BrokerPlugin {

    private static final Verdict NO_KEY = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "an order needs a key: set KEYS");

    @Override
    public void start(PluginContext context) {
        HookSpec spec = HookSpec.of("keys", Phase.VALIDATE).withTopics(TopicSelector.matching("orders*"));
        context.register().putHook(spec, message -> message.hasProperty(PropertyName.KEYS) ? Verdict.ACCEPT : NO_KEY);
    }
}
// end
