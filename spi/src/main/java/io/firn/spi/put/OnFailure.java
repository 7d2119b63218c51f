package io.firn.spi.put;

/**
 * What becomes of a message whose hook throws, is late or is switched off by its circuit breaker.
 *
 * @since 1.0
 */
public enum OnFailure {
    /** It is stored as if the hook were not there. */
    FAIL_OPEN,
    /** It is refused with SYSTEM_ERROR and the plugin's name. */
    FAIL_CLOSED
}
