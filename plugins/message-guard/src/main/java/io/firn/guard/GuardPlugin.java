package io.firn.guard;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.contract.Deadline;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.topic.TopicSelector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Refuses or tags messages that break the rules of their topic. Two hooks: what a message has to be like is asked among
 * the validations, which the broker repeats when a later hook changed it; how many there may be is asked once, among the
 * quotas.
 */
public final class GuardPlugin implements BrokerPlugin {

    private static final Duration AGES = Duration.ofDays(20_000);

    @Override
    public void start(PluginContext context) {
        GuardConfig config = context.config(GuardConfig.class);
        LongSupplier nanos = monotonic(context);
        AtomicReference<RuleBook> book = new AtomicReference<>(RuleBook.of(config, context.metrics(), nanos));
        context.onConfigChange(GuardConfig.class, (before, after) -> {
            book.set(RuleBook.of(after, context.metrics(), nanos));
            context.logger().info("rules changed from [{}] to [{}]", before.rules(), after.rules());
        });
        TopicSelector topics = selector(config.topics());
        context.register().putHook(HookSpec.of("rules", Phase.VALIDATE).withTopics(topics), new RulesHook(book::get));
        context.register().putHook(HookSpec.of("rate", Phase.QUOTA).withTopics(topics), new RateHook(book::get, nanos));
    }

    /** Nanoseconds from now on, by the broker's clock, which tests drive; never negative. */
    private static LongSupplier monotonic(PluginContext context) {
        Deadline far = context.deadline(AGES);
        long begun = far.remainingNs();
        return () -> begun - far.remainingNs();
    }

    private static TopicSelector selector(List<String> globs) {
        return globs.stream()
                .map(TopicSelector::matching)
                .reduce(TopicSelector::or)
                .orElseGet(TopicSelector::all);
    }
}
