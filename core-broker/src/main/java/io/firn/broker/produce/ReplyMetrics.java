package io.firn.broker.produce;

import io.firn.broker.runtime.Metrics;

/** What became of the replies that clients sent. */
final class ReplyMetrics {

    final Metrics.Count delivered;
    final Metrics.Count unclaimed;
    final Metrics.Count undelivered;
    final Metrics.Count unstored;

    ReplyMetrics(Metrics metrics) {
        this.delivered = metrics.counter(
                "firn_reply_delivered_total", "Replies that the client took which had sent the request.");
        this.unclaimed = metrics.counter(
                "firn_reply_unclaimed_total",
                "Replies whose requester is not connected, or which do not say who that is.");
        this.undelivered = metrics.counter(
                "firn_reply_undelivered_total", "Replies that their connected requester did not take in time.");
        this.unstored = metrics.counter(
                "firn_reply_unstored_total", "Replies that were to be stored too and could not, or not safely.");
    }
}
