package io.firn.broker.transaction;

import java.util.function.Consumer;

/**
 * What those who end half messages share.
 *
 * @param ended told about each that has ended, after the table knows
 */
record HalfEvents(HalfTable table, TransactionMetrics metrics, Consumer<HalfMessage> ended) {}
