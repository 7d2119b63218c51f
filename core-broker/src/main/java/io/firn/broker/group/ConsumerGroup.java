package io.firn.broker.group;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group with connected members, as of one moment. Immutable; any thread.
 *
 * @param mode how its members consume, as the last heartbeat said
 * @param subscriptions by topic
 * @param members in order of arrival
 */
public record ConsumerGroup(
        String name, ConsumeMode mode, Map<String, Subscription> subscriptions, List<Member> members) {

    public ConsumerGroup {
        subscriptions = Map.copyOf(subscriptions);
        members = List.copyOf(members);
    }

    /** What the group wants of this topic, null when nothing. Allocates nothing. */
    public @Nullable Subscription subscription(String topic) {
        return subscriptions.get(topic);
    }

    /** Client ids of the members, each once. */
    public List<String> clientIds() {
        Set<String> ids = new LinkedHashSet<>();
        members.forEach(member -> ids.add(member.clientId()));
        return List.copyOf(ids);
    }

    /** The member with this client id, null when it is not connected. */
    public @Nullable Member member(String clientId) {
        for (Member member : members) {
            if (member.clientId().equals(clientId)) {
                return member;
            }
        }
        return null;
    }

    @Nullable
    Member member(MemberKey key) {
        for (Member member : members) {
            if (key.names(member)) {
                return member;
            }
        }
        return null;
    }

    ConsumerGroup with(Member added) {
        List<Member> next = new ArrayList<>(members);
        next.add(added);
        return withMembers(next);
    }

    ConsumerGroup withMembers(List<Member> next) {
        return new ConsumerGroup(name, mode, subscriptions, next);
    }

    ConsumerGroup withMode(ConsumeMode next) {
        return new ConsumerGroup(name, next, subscriptions, members);
    }

    ConsumerGroup withSubscriptions(Map<String, Subscription> next) {
        return new ConsumerGroup(name, mode, next, members);
    }
}
