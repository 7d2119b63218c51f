package io.firn.broker.runtime;

/**
 * Work that belongs to one thread. An agent owns state and has no thread of its own: an {@link AgentThread} runs it.
 * All methods but {@link #roleName()} are called on that thread only.
 */
public interface Agent {

    /**
     * Does a bounded amount of work and returns how much it did; 0 means there was nothing to do and the thread may
     * park. An exception goes to the thread's {@link FaultHandler}; the agent is called again afterwards.
     */
    int doWork() throws Exception;

    /** The thread's name, such as {@code firn-dispatcher}. */
    String roleName();

    /** How long the thread may park after {@link #doWork()} returned 0, unless woken. Never polls when not asked to. */
    default long idleNanos() {
        return Long.MAX_VALUE;
    }

    /** Called once, last, when the thread is closed. */
    default void onClose() throws Exception {}
}
