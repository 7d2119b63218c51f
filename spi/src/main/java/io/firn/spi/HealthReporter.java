package io.firn.spi;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * How the plugin says it is, shown to operators and load balancers. It is up until it says otherwise; the last word of
 * each part counts, the worst part is the plugin's. Any thread; does not block; idempotent.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface HealthReporter {

    /**
     * This part works.
     *
     * @param part of the plugin, for example {@code uploads}; few and fixed
     * @since 1.0
     */
    void up(String part);

    /**
     * This part works badly; the broker stays in service.
     *
     * @param part of the plugin
     * @param reason what is wrong and since when, for people
     * @since 1.0
     */
    void degraded(String part, String reason);

    /**
     * This part does not work; the broker reports itself unwell.
     *
     * @param part of the plugin
     * @param reason what is wrong and since when, for people
     * @since 1.0
     */
    void down(String part, String reason);
}
