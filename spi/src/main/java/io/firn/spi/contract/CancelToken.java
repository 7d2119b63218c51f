package io.firn.spi.contract;

/**
 * Tells that nobody waits for an answer any more. Cancelling never interrupts a thread: what runs has to look here, or
 * be told.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface CancelToken {

    /**
     * Whether the answer is no longer wanted; never turns false again. Any thread, does not block.
     *
     * @since 1.0
     */
    boolean isCancelled();

    /**
     * Runs {@code action} when cancelled, at once if that was before. It runs at most once, on the thread that cancels:
     * it must not block, and what it throws is logged and counted against the plugin.
     *
     * @return closes to forget the action
     * @since 1.0
     */
    Registration onCancel(Runnable action);
}
