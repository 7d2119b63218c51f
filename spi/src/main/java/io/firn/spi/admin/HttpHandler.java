package io.firn.spi.admin;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * What a route does.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a call. On a thread of the plugin; may block; several may run at once.
     *
     * @return never null
     * @throws IllegalArgumentException for a call that makes no sense: answered 400 with its message
     * @throws Exception when it fails: answered 500 with its message, and counted
     * @since 1.0
     */
    HttpReply handle(HttpCall call) throws Exception;
}
