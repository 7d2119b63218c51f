package io.firn.guard;

import io.firn.spi.config.ConfigException;
import io.firn.spi.metrics.MetricRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All rules in force, made ready. Another text gives another book, whose buckets are full. Any thread; finding a topic's
 * guard allocates nothing but for the topic's first message.
 */
final class RuleBook {

    /** Guards are kept per name; when so many topics came and went they are made anew. */
    private static final int MOST_TOPICS = 100_000;

    private final List<Page> pages;
    private final Page free;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, TopicGuard> guards = new ConcurrentHashMap<>();

    private RuleBook(List<Page> pages, Page free, LongSupplier nanos) {
        this.pages = pages;
        this.free = free;
        this.nanos = nanos;
    }

    /** One rule with all that its topics share. */
    record Page(Rule rule, Pattern topics, @Nullable BodySchema schema, BreachCounters counters) {

        static Page of(Rule rule, GuardConfig config, MetricRegistry metrics) {
            String file = rule.schema();
            BodySchema schema =
                    file == null ? null : BodySchema.read(config.schemas().resolve(file), config.schemaMaxBody());
            return new Page(rule, rule.pattern(), schema, new BreachCounters(rule, metrics));
        }
    }

    /**
     * Reads rules and schema files.
     *
     * @throws ConfigException when a schema file is not there or not a schema
     */
    static RuleBook of(GuardConfig config, MetricRegistry metrics, LongSupplier nanos) {
        List<Page> pages = RuleText.parse(config.rules()).stream()
                .map(rule -> Page.of(rule, config, metrics))
                .toList();
        Rule none = new Rule("(no rule)", List.of(), Rule.ANY_SIZE, null, null, Rule.OnBreach.REJECT);
        // shares the counters of the first rule: nothing breaks a rule that asks for nothing
        Page free = new Page(none, none.pattern(), null, pages.getFirst().counters());
        return new RuleBook(pages, free, nanos);
    }

    /** The guard of a topic; one that lets all pass when no rule is for it. */
    TopicGuard guardOf(String topic) {
        TopicGuard known = guards.get(topic);
        return known != null ? known : make(topic);
    }

    private TopicGuard make(String topic) {
        if (guards.size() >= MOST_TOPICS) {
            guards.clear();
        }
        return guards.computeIfAbsent(topic, name -> TopicGuard.of(name, pageOf(name), nanos.getAsLong()));
    }

    private Page pageOf(String topic) {
        return pages.stream()
                .filter(page -> page.topics().matcher(topic).matches())
                .findFirst()
                .orElse(free);
    }
}
