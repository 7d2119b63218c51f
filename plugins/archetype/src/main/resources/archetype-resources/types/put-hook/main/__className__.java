package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.message.PropertyName;
import io.firn.spi.metrics.Counter;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.TopicSelector;

/** Puts a property on every message of some topics, and refuses those without a key if it is told to. */
public final class ${className} implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        ${className}Settings settings = context.config(${className}Settings.class);
        Counter stamped = context.metrics().counter("stamped", "Messages that got the property.");
        HookSpec spec = HookSpec.of("stamp", Phase.ENRICH).withTopics(TopicSelector.matching(settings.topics()));
        context.register().putHook(spec, new Stamp(settings, stamped));
    }

    /** Runs for every message, on many threads at once: it must not wait, and must not keep the message. */
    private record Stamp(${className}Settings settings, Counter stamped) implements PutMessageHook {

        private static final Verdict NO_KEY =
                Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "messages of this topic need a key: set KEYS");

        @Override
        public Verdict beforePut(PutMessage message) {
            if (settings.keyRequired() && !message.hasProperty(PropertyName.KEYS)) {
                return NO_KEY;
            }
            message.setProperty(settings.property(), settings.value());
            stamped.increment();
            return Verdict.MODIFIED;
        }
    }
}
