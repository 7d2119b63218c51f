package io.firn.broker.timer;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.LongPolls;

/**
 * Where timed messages are.
 *
 * @param queues their queue
 * @param log their records
 * @param polls tell when there is another one
 */
public record Stores(LocalQueues queues, CommitLog log, LongPolls polls) {}
