package io.firn.broker.pop;

import io.firn.broker.runtime.Metrics;
import java.util.function.DoubleSupplier;

/** What this room counts. */
final class PopMetrics {

    final Metrics.Count pops;
    final Metrics.Count messages;
    final Metrics.Count acks;
    final Metrics.Count noted;
    final Metrics.Count revived;
    final Metrics.Count lost;

    PopMetrics(Metrics metrics, DoubleSupplier waiting, DoubleSupplier unfinished, DoubleSupplier behind) {
        this.pops = metrics.counter("firn_pop_found_total", "Pops answered with messages.");
        this.messages = metrics.counter("firn_pop_messages_total", "Messages given to consumers by pops.");
        this.acks = metrics.counter("firn_pop_acks_total", "Messages acknowledged after a pop.");
        this.noted = metrics.counter("firn_pop_noted_total", "Popped batches noted in the revive log.");
        this.revived =
                metrics.counter("firn_pop_revived_total", "Messages that came again after their invisible time.");
        this.lost = metrics.counter(
                "firn_pop_left_total", "Messages that could not come again: gone from their queue, or refused.");
        metrics.gauge("firn_pop_waiting", "Pops waiting for messages.", waiting);
        metrics.gauge(
                "firn_pop_behind",
                "Popped batches that committed offsets did not pass: one that is neither done nor noted holds all behind it.",
                behind);
        metrics.gauge("firn_pop_unfinished", "Popped batches that are not done, at the last look.", unfinished);
    }
}
