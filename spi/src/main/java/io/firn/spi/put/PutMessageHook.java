package io.firn.spi.put;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Sees each message of the topics it chose before it is stored, and may change or refuse it: single and batched sends,
 * halves of transactions, and what the broker itself stores again (see {@link PutOrigin}). So it sees a message that waits
 * for its time twice: when it comes, and when it goes to its queue.
 *
 * <p>Runs on the broker's io threads, many at once, before encoding and outside the append lock. It must not block, must
 * not share a lock with anything that does, must not keep the message, and should not allocate: budget 1 ms at the 99th
 * percentile, better 100 ns. Idempotence is not needed, but a message may be shown again when a later hook changed it
 * ({@link Phase#VALIDATE}) and when its sender retries.
 *
 * <p>When it throws, {@link HookSpec#onFailure} decides what becomes of the message, and the failure is counted; 20
 * failures in 10 s, or going over the budget for 30 s, switch the hook off until it passes a probe. A
 * {@link LinkageError} switches the plugin off for good.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface PutMessageHook {

    /**
     * Looks at a message.
     *
     * @return never null; null counts as a failure
     * @since 1.0
     */
    Verdict beforePut(PutMessage message);

    /**
     * Told what became of a message this hook let pass, on the same thread, before the sender is. Same rules as
     * {@link #beforePut}; what it throws is counted and changes nothing for the message.
     *
     * @since 1.0
     */
    default void afterPut(PutView message, PutOutcome outcome) {}
}
