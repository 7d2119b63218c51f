package io.firn.guard;

import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counters of one rule, by what was wrong. One series per rule and reason, not per topic: patterns are few. Any thread. */
final class BreachCounters {

    private final Map<Breach.Reason, Counter> counters = new EnumMap<>(Breach.Reason.class);

    BreachCounters(Rule rule, MetricRegistry metrics) {
        for (Breach.Reason reason : Breach.Reason.values()) {
            counters.put(
                    reason,
                    metrics.counter(
                            "breaches",
                            "Messages that broke a rule.",
                            new Label("rule", rule.topics()),
                            new Label("reason", reason.word()),
                            new Label("then", rule.onBreach().name().toLowerCase(Locale.ROOT))));
        }
    }

    void count(Breach breach) {
        Objects.requireNonNull(counters.get(breach.reason())).increment();
    }
}
