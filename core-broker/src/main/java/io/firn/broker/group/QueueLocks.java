package io.firn.broker.group;

import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.body.MessageQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which client of a group may consume a queue in order. A lock that is not renewed is free after {@link #HOLD}. Lives
 * in memory only. Any thread; each queue is decided atomically on the caller's thread.
 */
public final class QueueLocks {

    /** How long a lock lasts after its last renewal. */
    public static final Duration HOLD = Duration.ofSeconds(60);

    private final Clock clock;
    private final Map<String, Map<MessageQueue, Held>> groups = new ConcurrentHashMap<>();

    QueueLocks(Clock clock) {
        this.clock = clock;
    }

    private record Held(String clientId, long renewedNanos) {
        boolean expired(long now) {
            return now - renewedNanos > HOLD.toNanos();
        }
    }

    /** Takes or renews the locks; gives those of the queues that the client holds now. */
    public List<MessageQueue> lock(String group, String clientId, Collection<MessageQueue> queues) {
        long now = clock.nanos();
        Held mine = new Held(clientId, now);
        List<MessageQueue> held = new ArrayList<>(queues.size());
        groups.compute(group, (name, present) -> {
            Map<MessageQueue, Held> table = present == null ? new ConcurrentHashMap<>() : present;
            for (MessageQueue queue : queues) {
                if (isFree(table.get(queue), clientId, now)) {
                    table.put(queue, mine);
                    held.add(queue);
                }
            }
            return table.isEmpty() ? null : table;
        });
        return held;
    }

    private static boolean isFree(@Nullable Held held, String clientId, long now) {
        return held == null || held.clientId.equals(clientId) || held.expired(now);
    }

    /** Gives back those of the queues that the client holds; others stay as they are. */
    public void unlock(String group, String clientId, Collection<MessageQueue> queues) {
        groups.computeIfPresent(group, (name, table) -> {
            for (MessageQueue queue : queues) {
                Held held = table.get(queue);
                if (held != null && held.clientId.equals(clientId)) {
                    table.remove(queue);
                }
            }
            return table.isEmpty() ? null : table;
        });
    }

    /** The client that holds this queue, null when it is free. */
    public @Nullable String holder(String group, MessageQueue queue) {
        Map<MessageQueue, Held> table = groups.get(group);
        Held held = table == null ? null : table.get(queue);
        return held == null || held.expired(clock.nanos()) ? null : held.clientId;
    }

    /** Whether any queue is held in this group: its members consume in order. */
    public boolean isAnyHeld(String group) {
        Map<MessageQueue, Held> table = groups.get(group);
        if (table == null) {
            return false;
        }
        long now = clock.nanos();
        for (Held held : table.values()) {
            if (!held.expired(now)) {
                return true;
            }
        }
        return false;
    }

    /** Forgets expired locks. */
    void sweep() {
        long now = clock.nanos();
        for (String group : groups.keySet()) {
            groups.computeIfPresent(group, (name, table) -> {
                table.values().removeIf(held -> held.expired(now));
                return table.isEmpty() ? null : table;
            });
        }
    }
}
