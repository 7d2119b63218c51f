package io.firn.spi.put;

import io.firn.spi.contract.ProvidedByBroker;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Who sends. Immutable; any thread; may be kept.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface ClientView {

    /**
     * The producer group it says it is.
     *
     * @since 1.0
     */
    String group();

    /**
     * The other end of its connection.
     *
     * @since 1.0
     */
    InetSocketAddress address();

    /**
     * The user it proved to be; empty when the broker asks nobody.
     *
     * @since 1.0
     */
    Optional<String> user();

    /**
     * The client's language as it names it, for example {@code JAVA}; empty when it does not.
     *
     * @since 1.0
     */
    String language();

    /**
     * The client's version number as RocketMQ counts them.
     *
     * @since 1.0
     */
    int version();
}
