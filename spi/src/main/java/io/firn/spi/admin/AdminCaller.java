package io.firn.spi.admin;

import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.ProvidedByBroker;
import java.util.Optional;

/**
 * Who runs a command or calls a route. Any thread, until the call returns.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface AdminCaller {

    /**
     * The user, permitted already; empty when the broker asks nobody.
     *
     * @since 1.0
     */
    Optional<String> user();

    /**
     * Where from: an address, or {@code local}.
     *
     * @since 1.0
     */
    String origin();

    /**
     * When the answer is no longer waited for: 30 s from the start, unless configured otherwise.
     *
     * @since 1.0
     */
    Deadline deadline();
}
