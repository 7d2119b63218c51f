package io.firn.spi.contract;

/**
 * Something registered with the broker, until it is closed. The broker closes what is left when the plugin stops, so
 * keeping a registration is needed only to end it earlier.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Registration extends AutoCloseable {

    /**
     * Ends it. No call begins after this returns; calls that have begun may still be running. Idempotent, does not
     * block, does not throw; any thread.
     *
     * @since 1.0
     */
    @Override
    void close();
}
