package io.firn.broker.nameserver;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * How a broker keeps itself known.
 *
 * @param period how often it registers anew when nothing changes
 * @param timeout how long one name server may take to answer
 */
public record RegistrationConfig(Duration period, Duration timeout) {

    /** Reads the keys of registration. */
    public static RegistrationConfig from(ConfigView view) {
        return new RegistrationConfig(
                view.millis("registerNameServerPeriod", 30_000, 10_000, 60_000, "How often the broker registers anew."),
                view.millis("registerBrokerTimeoutMills", 6_000, 100, 60_000, "How long a name server may take."));
    }
}
