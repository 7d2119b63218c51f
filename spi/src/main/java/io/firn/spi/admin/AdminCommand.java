package io.firn.spi.admin;

import io.firn.spi.contract.ImplementedByPlugin;
import org.jspecify.annotations.Nullable;

/**
 * What a command does.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface AdminCommand<A extends Record> {

    /**
     * Runs it. On a thread of the plugin; may block; several may run at once.
     *
     * @return shown as JSON: a record, map, list, text, number, boolean or null, and these within each other
     * @throws IllegalArgumentException for arguments that make no sense: its message is shown, status 400
     * @throws Exception when it fails: the message is shown, status 500, and counted
     * @since 1.0
     */
    @Nullable
    Object run(A args, AdminCaller caller) throws Exception;
}
