package io.firn.spi.put;

import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.contract.Incubating;
import java.util.concurrent.CompletionStage;

/**
 * Sees a copy of each message of the topics it chose and may refuse it after asking elsewhere. Costs a copy and a wait:
 * a {@link PutMessageHook} is the better choice whenever memory can answer.
 *
 * <p>Called on the broker's io threads: it must return within 1 ms and do its work on another thread. Messages of one
 * queue are stored in the order they were sent, so one late answer holds up those behind it. When it throws, completes
 * with an exception, is late, or 10,000 messages wait already, {@link HookSpec#onFailure} decides.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@Incubating
@FunctionalInterface
public interface AsyncPutHook {

    /**
     * Looks at a message.
     *
     * @param deadline when the answer is no longer waited for
     * @return {@link Verdict#ACCEPT} or a reject; {@link Verdict#MODIFIED} counts as a failure, as a copy can not be
     *     changed
     * @since 1.0
     */
    CompletionStage<Verdict> beforePut(PutSnapshot message, Deadline deadline);
}
