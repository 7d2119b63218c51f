package io.firn.broker.group;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;
import java.util.Set;

/**
 * How groups are kept.
 *
 * @param autoCreate whether a group exists as soon as a client names it
 * @param offsetInterval how often changed offsets are written
 * @param clientTimeout silence after which a client is dropped
 * @param resets who moves a group when an operator wants it moved
 */
public record GroupsConfig(boolean autoCreate, Duration offsetInterval, Duration clientTimeout, Resets resets) {

    /** Who moves a group of which each message goes to one member. */
    public enum Resets {
        /** The broker: members learn of it by their next pull. */
        BROKER,
        /** The connected members, who are told; a group without is not moved. */
        MEMBERS
    }

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of("autoCreateSubscriptionGroup", "useServerSideResetOffset");

    private static final long HOUR_MS = 3_600_000;

    /** Reads the keys of this room. */
    public static GroupsConfig from(ConfigView view) {
        return new GroupsConfig(
                view.flag(
                        "autoCreateSubscriptionGroup",
                        true,
                        "Whether a consumer group is created when a client first names it."),
                view.millis(
                        "flushConsumerOffsetInterval", 5_000, 100, HOUR_MS, "How often changed offsets are written."),
                view.millis(
                        "channelExpiredTimeout",
                        120_000,
                        1_000,
                        HOUR_MS,
                        "Silence after which a client is dropped from its groups."),
                view.flag(
                                "useServerSideResetOffset",
                                true,
                                "Whether the broker itself moves a group to other offsets, connected or not; else it"
                                        + " tells the connected consumers to, as it does those of broadcasting groups.")
                        ? Resets.BROKER
                        : Resets.MEMBERS);
    }
}
