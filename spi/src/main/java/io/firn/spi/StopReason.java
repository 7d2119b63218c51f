package io.firn.spi;

/**
 * Why a plugin is stopped.
 *
 * @since 1.0
 */
public enum StopReason {
    /** The broker stops. */
    SHUTDOWN,
    /** An operator switched the plugin off; it may come back with its data. */
    DISABLE,
    /** Another version of the plugin takes over at once, with the same data. */
    UPGRADE,
    /** An operator removes the plugin for good. */
    DETACH,
    /** The plugin did not start, or failed beyond repair. */
    FAILURE
}
