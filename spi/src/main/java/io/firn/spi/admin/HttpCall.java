package io.firn.spi.admin;

import io.firn.spi.contract.ProvidedByBroker;
import java.util.Optional;

/**
 * One call of a route. Any thread, until the reply is given.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface HttpCall {

    /**
     * The value of a variable of the path, decoded.
     *
     * @throws IllegalArgumentException when the route has no such variable
     * @since 1.0
     */
    String variable(String name);

    /**
     * The first value of a query parameter, decoded.
     *
     * @since 1.0
     */
    Optional<String> query(String name);

    /**
     * The first value of a header; case of the name does not matter.
     *
     * @since 1.0
     */
    Optional<String> header(String name);

    /**
     * The body, at most 1 MiB (larger ones are answered 413 without a call); empty when there is none. A copy.
     *
     * @since 1.0
     */
    byte[] body();

    /**
     * Who calls.
     *
     * @since 1.0
     */
    AdminCaller caller();
}
