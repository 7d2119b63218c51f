package io.firn.broker.plugin.read;

import java.time.Duration;

/** A plugin did not answer in time. */
final class LateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LateException(Duration limit) {
        super("has not answered within " + limit.toMillis() + " ms");
    }
}
