package io.firn.broker.transaction;

import io.firn.broker.runtime.Metrics;

/** What the transaction room counts. */
final class TransactionMetrics {

    final Metrics.Count prepared;
    final Metrics.Count committed;
    final Metrics.Count rolledBack;
    final Metrics.Count repeated;
    final Metrics.Count refused;
    final Metrics.Count checks;
    final Metrics.Count unheard;
    final Metrics.Count exhausted;
    final Metrics.Count lost;

    TransactionMetrics(Metrics metrics, HalfTable table) {
        this.prepared = metrics.counter("firn_transaction_prepared_total", "Half messages stored.");
        this.committed = metrics.counter("firn_transaction_committed_total", "Transactions committed.");
        this.rolledBack = metrics.counter("firn_transaction_rolled_back_total", "Transactions rolled back.");
        this.repeated = metrics.counter(
                "firn_transaction_repeated_ends_total", "Requests to end a transaction that had ended before.");
        this.refused = metrics.counter("firn_transaction_refused_ends_total", "Requests to end a transaction refused.");
        this.checks = metrics.counter("firn_transaction_checks_total", "Producers asked about a transaction.");
        this.unheard = metrics.counter(
                "firn_transaction_unheard_checks_total", "Checks with no producer of the group connected.");
        this.exhausted = metrics.counter(
                "firn_transaction_exhausted_total", "Transactions given up after the most checks there may be.");
        this.lost = metrics.counter(
                "firn_transaction_lost_total", "Half messages or notes of their ends that could not be read any more.");
        metrics.gauge("firn_transaction_open", "Half messages that have not ended.", table::size);
    }
}
