package io.firn.broker.pop;

import io.firn.broker.wire.body.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which queues are whose, by the rules that clients have too: all who ask come to the same answer. Any thread. */
final class Shares {

    private static final String BY_CIRCLE = "AVG_BY_CIRCLE";
    private static final String AVERAGE = "AVG";

    private Shares() {}

    /**
     * A member's queues.
     *
     * @param queues sorted
     * @param members sorted
     * @return null when there is no such strategy
     */
    static @Nullable List<MessageQueue> pulled(
            String strategy, String member, List<MessageQueue> queues, List<String> members) {
        int index = members.indexOf(member);
        if (!strategy.equals(AVERAGE) && !strategy.equals(BY_CIRCLE)) {
            return null;
        }
        if (index < 0) {
            return List.of();
        }
        return strategy.equals(AVERAGE) ? inARow(index, queues, members.size()) : inTurn(index, queues, members.size());
    }

    /** The first members have one more where it does not come out even. */
    private static List<MessageQueue> inARow(int index, List<MessageQueue> queues, int members) {
        int more = queues.size() % members;
        int each = queues.size() / members;
        int from = index * each + Math.min(index, more);
        int to = Math.min(queues.size(), from + each + (index < more ? 1 : 0));
        return from >= to ? List.of() : queues.subList(from, to);
    }

    private static List<MessageQueue> inTurn(int index, List<MessageQueue> queues, int members) {
        List<MessageQueue> mine = new ArrayList<>();
        for (int i = index; i < queues.size(); i += members) {
            mine.add(queues.get(i));
        }
        return mine;
    }

    /**
     * What a member pops.
     *
     * @param shared how many members behind it, in the list, it shares queues with; 0 or less: all share all
     * @return null when there is no such strategy
     */
    static @Nullable List<MessageQueue> popped(
            String strategy, String member, List<MessageQueue> queues, List<String> members, int shared) {
        if (shared <= 0 || shared >= members.size() - 1) {
            return queues.stream()
                    .map(queue -> new MessageQueue(queue.topic(), queue.brokerName(), PopRequest.ANY))
                    .distinct()
                    .toList();
        }
        int index = members.indexOf(member);
        if (members.size() > queues.size()) {
            return index < 0 ? List.of() : List.of(queues.get(index % queues.size()));
        }
        List<MessageQueue> mine = pulled(strategy, member, queues, members);
        if (mine == null || index < 0) {
            return mine;
        }
        List<MessageQueue> all = new ArrayList<>(mine);
        for (int i = 1; i <= shared; i++) {
            List<MessageQueue> others = pulled(strategy, members.get((index + i) % members.size()), queues, members);
            all.addAll(others == null ? List.of() : others);
        }
        return all.stream().distinct().toList();
    }
}
