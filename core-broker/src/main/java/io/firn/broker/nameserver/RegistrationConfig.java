package io.firn.broker.nameserver;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;
import java.util.Set;

/**
 * How a broker keeps itself known.
 *
 * @param period how often it registers anew when nothing changes
 * @param timeout how long one name server may take to answer
 * @param writing whether clients are told that they may send to this broker
 */
public record RegistrationConfig(Duration period, Duration timeout, Writing writing) {

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of("brokerPermission");

    private static final int READ = 4;
    private static final int READ_WRITE = 6;

    /** What routes tell producers. */
    public enum Writing {
        ALLOWED,
        FORBIDDEN
    }

    /** Reads the keys of registration. */
    public static RegistrationConfig from(ConfigView view) {
        return new RegistrationConfig(
                view.millis("registerNameServerPeriod", 30_000, 10_000, 60_000, "How often the broker registers anew."),
                view.millis("registerBrokerTimeoutMills", 6_000, 100, 60_000, "How long a name server may take."),
                writing(view.integer(
                        "brokerPermission",
                        READ_WRITE,
                        READ,
                        READ_WRITE,
                        "6: routes name this broker to producers and consumers, 4: to consumers only.")));
    }

    /** The same for a broker that takes no messages. */
    public RegistrationConfig ofReader() {
        return new RegistrationConfig(period, timeout, Writing.FORBIDDEN);
    }

    private static Writing writing(int permission) {
        return switch (permission) {
            case READ -> Writing.FORBIDDEN;
            case READ_WRITE -> Writing.ALLOWED;
            default -> throw new ConfigException("brokerPermission", Integer.toString(permission), "4 or 6");
        };
    }
}
