package io.firn.broker.group;

/** A client's heartbeat as it is taken: who, over which link, when. */
record Arrival(String clientId, ClientLink link, long nowMs, long nowNanos) {

    MemberKey key() {
        return new MemberKey(link.connection(), clientId);
    }

    Member newMember() {
        Member member = new Member(clientId, link);
        touch(member);
        return member;
    }

    void touch(Member member) {
        member.seen(nowMs, nowNanos);
    }
}
