package io.firn.broker.group;

import io.firn.broker.server.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Connected producers by group. Owner of all changes: {@code firn-control}; any thread may look. */
final class ProducerTable {

    private final Map<String, Map<MemberKey, Member>> groups = new ConcurrentHashMap<>();
    private final Map<String, List<Member>> clients = new ConcurrentHashMap<>();
    private final Presence presence = new Presence();

    List<Member> of(String group) {
        return List.copyOf(groups.getOrDefault(group, Map.of()).values());
    }

    /** A producer's memberships in groups, the latest first; empty when it is not connected. Allocates nothing. */
    List<Member> ofClient(String clientId) {
        return clients.getOrDefault(clientId, List.of());
    }

    Set<String> names() {
        return new TreeSet<>(groups.keySet());
    }

    boolean has(Connection connection) {
        return presence.has(connection);
    }

    void seen(Arrival arrival, String group) {
        Map<MemberKey, Member> members = groups.computeIfAbsent(group, name -> new ConcurrentHashMap<>());
        Member member = members.get(arrival.key());
        if (member == null) {
            Member added = arrival.newMember();
            members.put(arrival.key(), added);
            presence.add(arrival.link().connection(), group);
            clients.merge(
                    added.clientId(),
                    List.of(added),
                    (known, one) -> Stream.concat(one.stream(), known.stream()).toList());
        } else {
            arrival.touch(member);
        }
    }

    void remove(MemberKey key, String group) {
        removeIf(group, key::names);
    }

    void removeConnection(Connection connection) {
        for (String group : presence.groupsOf(connection)) {
            removeIf(group, member -> member.link().connection().equals(connection));
        }
    }

    /** Removes members that are silent or disconnected. */
    void sweep(Members.Leaving leaving) {
        for (String group : groups.keySet()) {
            removeIf(group, leaving);
        }
    }

    private void removeIf(String group, Members.Leaving leaving) {
        Map<MemberKey, Member> members = groups.get(group);
        if (members == null) {
            return;
        }
        members.values().removeIf(member -> {
            boolean leaves = leaving.leaves(member);
            if (leaves) {
                presence.remove(member.link().connection(), group);
                forget(member);
            }
            return leaves;
        });
        if (members.isEmpty()) {
            groups.remove(group);
        }
    }

    private void forget(Member gone) {
        clients.computeIfPresent(gone.clientId(), (id, known) -> {
            List<Member> left =
                    known.stream().filter(member -> !member.equals(gone)).toList();
            return left.isEmpty() ? null : left;
        });
    }
}
