package io.firn.broker.plugin;

/** Where a plugin stands. Changed on {@code firn-plugins} only. */
public enum PluginState {
    /** Its jar was refused: it is no plugin, not trusted, does not link or lacks a dependency. */
    REFUSED,
    /** An operator has switched it off. */
    DISABLED,
    /** Its class loader is open and its dependencies are there. */
    RESOLVED,
    /** Its constructor or {@code start} runs. */
    STARTING,
    /** What it registered is in force. */
    ACTIVE,
    /** Calls in flight are waited for, or its {@code stop} runs. */
    STOPPING,
    /** It has stopped and its class loader is closed. */
    STOPPED,
    /** It did not start. */
    FAILED,
    /** It met a class or member that is not there, and is not called any more. */
    QUARANTINED,
    /** It has stopped and left something behind that keeps its classes in memory. */
    LEAKED
}
