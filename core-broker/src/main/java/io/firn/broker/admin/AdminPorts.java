package io.firn.broker.admin;

/**
 * What the handlers need of rooms they may not know.
 *
 * @param announcer makes changed topics known to name servers
 * @param cleanup frees disk space
 * @param traffic what the broker took in and gave out
 * @param settings the broker's settings
 */
public record AdminPorts(TopicAnnouncer announcer, Cleanup cleanup, Traffic traffic, SettingsDesk settings) {}
