package io.firn.broker.group;

import io.firn.broker.server.Connection;

/** Two processes may wrongly use one client id, and one connection may carry several: both together are a member. */
record MemberKey(Connection connection, String clientId) {

    boolean names(Member member) {
        return member.link().connection().equals(connection)
                && member.clientId().equals(clientId);
    }
}
