package io.firn.broker.group;

import io.firn.broker.server.Connection;
import io.firn.broker.wire.body.ConsumerBody;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connected consumers by group, each group an immutable value that is replaced when something changes. Owner of all
 * changes: {@code firn-control}; any thread may look.
 *
 * <p>Members of one group are meant to subscribe alike. When they do not, the last heartbeat decides which topics the
 * group has, and of one topic's subscriptions the newest holds.
 */
final class ConsumerTable {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerTable.class);

    private final GroupConfigs configs;
    private final FilterCompiler filters;
    private final RebalanceListener rebalance;
    private final Map<String, ConsumerGroup> groups = new ConcurrentHashMap<>();
    private final Map<String, ConsumerGroup> view = Collections.unmodifiableMap(groups);
    private final Presence presence = new Presence();

    ConsumerTable(GroupConfigs configs, FilterCompiler filters, RebalanceListener rebalance) {
        this.configs = configs;
        this.filters = filters;
        this.rebalance = rebalance;
    }

    @Nullable
    ConsumerGroup find(String group) {
        return groups.get(group);
    }

    Map<String, ConsumerGroup> all() {
        return view;
    }

    boolean has(Connection connection) {
        return presence.has(connection);
    }

    void seen(Arrival arrival, ConsumerBody body) {
        String name = body.groupName();
        ConsumerGroup before = groups.get(name);
        ConsumerGroup after = before == null
                ? new ConsumerGroup(name, ConsumeMode.of(body), Map.of(), List.of())
                : before.withMode(ConsumeMode.of(body));
        after = after.withSubscriptions(merged(after.subscriptions(), body.subscriptionDataSet()));
        boolean topicsChanged = before != null
                && !before.subscriptions().keySet().equals(after.subscriptions().keySet());
        Member member = after.member(arrival.key());
        if (member == null) {
            member = arrival.newMember();
            after = after.with(member);
            presence.add(arrival.link().connection(), name);
            LOG.info(
                    "group {}: {} joins, {} members",
                    name,
                    member,
                    after.members().size());
        } else {
            arrival.touch(member);
        }
        if (after.equals(before)) {
            return;
        }
        groups.put(name, after);
        if (before == null || topicsChanged || !after.members().equals(before.members())) {
            announce(after);
        }
    }

    /** The group's subscriptions after a heartbeat: its topics, each in the newer of both versions. */
    private Map<String, Subscription> merged(Map<String, Subscription> before, List<SubscriptionBody> wanted) {
        Map<String, Subscription> after = HashMap.newHashMap(wanted.size());
        boolean same = before.size() == wanted.size();
        for (SubscriptionBody body : wanted) {
            Subscription old = before.get(body.topic());
            boolean keep = old != null && old.version() >= body.subVersion();
            after.put(body.topic(), keep ? old : Subscription.of(body, filters));
            same &= keep;
        }
        return same ? before : after;
    }

    void remove(MemberKey key, String group) {
        removeIf(group, key::names, "leaves");
    }

    void removeConnection(Connection connection) {
        for (String group : presence.groupsOf(connection)) {
            removeIf(group, member -> member.link().connection().equals(connection), "is disconnected");
        }
    }

    /** Removes members that are silent or disconnected. */
    void sweep(Members.Leaving leaving) {
        for (String group : groups.keySet()) {
            removeIf(group, leaving, "is silent");
        }
    }

    private void removeIf(String name, Members.Leaving leaving, String why) {
        ConsumerGroup before = groups.get(name);
        if (before == null) {
            return;
        }
        List<Member> stay = new ArrayList<>(before.members().size());
        for (Member member : before.members()) {
            if (leaving.leaves(member)) {
                presence.remove(member.link().connection(), name);
                LOG.info("group {}: {} {}", name, member, why);
            } else {
                stay.add(member);
            }
        }
        if (stay.isEmpty()) {
            groups.remove(name);
        } else if (stay.size() < before.members().size()) {
            ConsumerGroup after = before.withMembers(stay);
            groups.put(name, after);
            announce(after);
        }
    }

    private void announce(ConsumerGroup group) {
        GroupConfig config = configs.find(group.name());
        if (!group.mode().broadcasting() && (config == null || config.notifies())) {
            rebalance.rebalance(group);
        }
    }
}
