package io.firn.broker.delay;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.LongPolls;

/**
 * Where messages that were put aside are.
 *
 * @param queues their queues
 * @param log their records
 * @param polls tell when there is another one
 */
public record Stores(LocalQueues queues, CommitLog log, LongPolls polls) {}
