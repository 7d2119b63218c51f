package io.firn.broker.admin;

import java.util.SortedMap;

/**
 * What the handlers need of rooms they may not know.
 *
 * @param announcer makes changed topics known to name servers
 * @param cleanup frees disk space
 * @param traffic what the broker took in and gave out
 * @param settings effective settings by key, defaults included
 */
public record AdminPorts(
        TopicAnnouncer announcer, Cleanup cleanup, Traffic traffic, SortedMap<String, String> settings) {}
