package io.firn.broker.consume;

import io.firn.broker.queue.ReadRequest;
import java.time.Duration;

/**
 * A pull that passed all checks. Immutable: a parked one re-enters at <em>read</em>.
 *
 * @param read what to read
 * @param group who reads
 * @param topicSysFlag echoed to the client
 * @param groupSysFlag echoed to the client
 * @param suggestedBroker the broker id the client should pull from next; 0 is the primary
 * @param suspend how long it may wait at the end of the queue; zero: not at all
 */
record PullRequest(
        ReadRequest read, String group, int topicSysFlag, int groupSysFlag, long suggestedBroker, Duration suspend) {

    /** The same, for one message. */
    PullRequest ofOne() {
        return new PullRequest(read.ofOne(), group, topicSysFlag, groupSysFlag, suggestedBroker, suspend);
    }
}
