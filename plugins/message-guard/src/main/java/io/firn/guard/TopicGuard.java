package io.firn.guard;

import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.PutMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule made ready for one topic. Immutable but for its bucket and counters; any thread. */
final class TopicGuard {

    /** A name that has to be there, and what it is when it is not. */
    private record Required(PropertyName name, Breach missing) {}

    private final Rule rule;
    private final Required[] required;
    private final Breach tooLarge;
    private final @Nullable BodySchema schema;
    private final @Nullable TokenBucket bucket;
    private final Breach tooMany;
    private final BreachCounters counters;

    private TopicGuard(
            String topic,
            Rule rule,
            @Nullable BodySchema schema,
            @Nullable TokenBucket bucket,
            BreachCounters counters) {
        this.rule = rule;
        this.schema = schema;
        this.bucket = bucket;
        this.counters = counters;
        this.required = required(topic, rule.required());
        this.tooLarge = Breach.of(
                Breach.Reason.SIZE,
                "",
                "topic " + topic + " takes bodies of at most " + rule.maxBodyBytes()
                        + " bytes: send less, or in parts");
        Rule.Rate rate = rule.rate();
        String limit = rate == null ? "any number" : rate.text();
        this.tooMany = Breach.ofRate("topic " + topic + " takes " + limit + " on this broker: send again later");
    }

    /** For one topic. */
    static TopicGuard of(String topic, RuleBook.Page page, long nowNs) {
        Rule.Rate rate = page.rule().rate();
        TokenBucket bucket = rate == null ? null : new TokenBucket(rate, nowNs);
        return new TopicGuard(topic, page.rule(), page.schema(), bucket, page.counters());
    }

    private static Required[] required(String topic, List<String> names) {
        return names.stream()
                .map(name -> new Required(
                        PropertyName.of(name),
                        Breach.of(
                                Breach.Reason.MISSING,
                                name,
                                "topic " + topic + " needs the property " + name + ": it is not there or blank")))
                .toArray(Required[]::new);
    }

    Rule.OnBreach onBreach() {
        return rule.onBreach();
    }

    BreachCounters counters() {
        return counters;
    }

    /** The first thing that is wrong with the message; null when all is well. */
    @Nullable
    Breach check(PutMessage message) {
        if (message.bodyLength() > rule.maxBodyBytes()) {
            return tooLarge;
        }
        for (Required one : required) {
            PropertyView value = message.property(one.name());
            if (value == null || value.isBlank()) {
                return one.missing();
            }
        }
        return schema == null ? null : schema.check(message);
    }

    /** Takes a token; null when there was one. */
    @Nullable
    Breach count(long nowNs) {
        return bucket == null || bucket.take(nowNs) ? null : tooMany;
    }
}
