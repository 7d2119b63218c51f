package io.firn.broker.consume;

import io.firn.broker.server.Connection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Pulls that plugins are busy with, by connection, so that nothing is read for a client that has gone. Any thread. */
final class OpenPulls {

    private final ConcurrentHashMap<Connection, Set<SourcePull>> pulls = new ConcurrentHashMap<>();

    void add(Connection connection, SourcePull pull) {
        pulls.compute(connection, (key, known) -> {
            Set<SourcePull> set = known == null ? ConcurrentHashMap.newKeySet() : known;
            set.add(pull);
            return set;
        });
    }

    void remove(Connection connection, SourcePull pull) {
        pulls.computeIfPresent(connection, (key, known) -> {
            known.remove(pull);
            return known.isEmpty() ? null : known;
        });
    }

    void cancelAll(Connection connection) {
        Set<SourcePull> left = pulls.remove(connection);
        if (left != null) {
            left.forEach(SourcePull::cancel);
        }
    }
}
