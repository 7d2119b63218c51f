package io.firn.broker.group;

import io.firn.broker.server.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In which groups a connection has how many members, so that a closed one is found at once. Owner: firn-control. */
final class Presence {

    private final Map<Connection, Map<String, Integer>> groupsOf = new HashMap<>();

    void add(Connection connection, String group) {
        groupsOf.computeIfAbsent(connection, key -> new HashMap<>()).merge(group, 1, Integer::sum);
    }

    void remove(Connection connection, String group) {
        Map<String, Integer> groups = groupsOf.get(connection);
        if (groups != null) {
            groups.computeIfPresent(group, (name, members) -> members == 1 ? null : members - 1);
            if (groups.isEmpty()) {
                groupsOf.remove(connection);
            }
        }
    }

    boolean has(Connection connection) {
        return groupsOf.containsKey(connection);
    }

    /** A copy: the caller removes while it walks. */
    List<String> groupsOf(Connection connection) {
        return new ArrayList<>(groupsOf.getOrDefault(connection, Map.of()).keySet());
    }
}
