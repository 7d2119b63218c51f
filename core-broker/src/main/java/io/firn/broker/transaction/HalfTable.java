package io.firn.broker.transaction;

import io.firn.broker.transaction.HalfMessage.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The half messages that have not ended, by offset in the half queue and by the time of their next check. What is not
 * here has ended: so a transaction ends once, however often its end is asked for. Any thread; owner of everything,
 * the fields of half messages included: whoever holds this object's monitor, which is held for look-ups only.
 */
final class HalfTable {

    /** There is nothing to check. */
    static final long NEVER = Long.MAX_VALUE;

    private final TreeMap<Long, HalfMessage> open = new TreeMap<>();
    /** Offset of the first one to the copy that stands for it. */
    private final Map<Long, HalfMessage> copies = new HashMap<>();
    /** By due time; what has ended is dropped when it comes to the front. */
    private final PriorityQueue<HalfMessage> due = new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos));
    /** Told of offsets below {@link #next} in no order: threads append one by one, and tell about it side by side. */
    private final TreeSet<Long> ahead = new TreeSet<>();

    private long next;
    private boolean armed;
    private long armedNanos;

    /** All below this offset are known: those that are not open have ended. At start. */
    synchronized void beginAt(long offset) {
        next = offset;
    }

    /** A half message that was found in the store at start; not counted as new. */
    synchronized void restore(HalfMessage half, long dueNanos, int checks) {
        half.checks = checks;
        put(half, dueNanos);
    }

    /** A half message that was stored just now. */
    synchronized void add(HalfMessage half, long dueNanos) {
        if (half.offset() == next) {
            next++;
            while (ahead.remove(next)) {
                next++;
            }
        } else {
            ahead.add(half.offset());
        }
        put(half, dueNanos);
    }

    private void put(HalfMessage half, long dueNanos) {
        half.dueNanos = dueNanos;
        open.put(half.offset(), half);
        if (half.copyOf() != HalfMessage.NONE) {
            HalfMessage first = open.get(half.copyOf());
            if (first != null) {
                forget(first);
            }
            HalfMessage former = copies.put(half.copyOf(), half);
            if (former != null) {
                forget(former);
            }
        }
        due.add(half);
    }

    /**
     * Takes the right to end a half message, until {@link #end} or {@link #release}.
     *
     * @param offset of it or of the one it is a copy of
     * @return null when it is not open: it has ended, or is being ended, see {@link #isKnown}
     */
    synchronized @Nullable HalfMessage claim(long offset) {
        HalfMessage half = find(offset);
        if (half == null || half.state != State.OPEN) {
            return null;
        }
        half.state = State.ENDING;
        return half;
    }

    /** Whether it has not ended yet. */
    synchronized boolean isKnown(long offset) {
        return find(offset) != null;
    }

    private @Nullable HalfMessage find(long offset) {
        HalfMessage half = open.get(offset);
        return half == null ? copies.get(offset) : half;
    }

    /** What was claimed has not ended after all. */
    synchronized void release(HalfMessage half) {
        half.state = State.OPEN;
    }

    /** What was claimed has ended. */
    synchronized void end(HalfMessage half) {
        forget(half);
    }

    private void forget(HalfMessage half) {
        half.state = State.ENDED;
        open.remove(half.offset());
        if (half.copyOf() != HalfMessage.NONE) {
            copies.remove(half.copyOf(), half);
        }
    }

    /** Takes out those whose check is due; each has to be given back with {@link #checkAgain} unless it ends. */
    synchronized List<HalfMessage> takeDue(long nowNanos) {
        List<HalfMessage> taken = new ArrayList<>();
        HalfMessage head = due.peek();
        while (head != null && (head.state == State.ENDED || head.dueNanos - nowNanos <= 0)) {
            due.remove();
            if (head.state != State.ENDED) {
                taken.add(head);
            }
            head = due.peek();
        }
        return taken;
    }

    /** Plans the next check of one that was taken out. */
    synchronized void checkAgain(HalfMessage half, long dueNanos) {
        if (half.state != State.ENDED) {
            half.dueNanos = dueNanos;
            due.add(half);
        }
    }

    /** Counts a check; how many there were before. */
    synchronized int countCheck(HalfMessage half) {
        return half.checks++;
    }

    /** How often its producer was asked. */
    synchronized int checks(HalfMessage half) {
        return half.checks;
    }

    /** Begins to count checks anew; false when it is not open. */
    synchronized boolean resetChecks(long offset) {
        HalfMessage half = find(offset);
        if (half == null) {
            return false;
        }
        half.checks = 0;
        return true;
    }

    /** Whether what lies at this log position was resumed and has not ended since. */
    synchronized boolean isResumed(long position) {
        for (HalfMessage half : open.values()) {
            if (half.resumedFrom() == position) {
                return true;
            }
        }
        return false;
    }

    /**
     * Asks for a wake-up when one is needed earlier than those that were asked for.
     *
     * @param plan is given the monotonic time; called without the monitor
     */
    void arm(LongConsumer plan) {
        long at = nextWake();
        if (at != NEVER) {
            plan.accept(at);
        }
    }

    private synchronized long nextWake() {
        HalfMessage head = due.peek();
        while (head != null && head.state == State.ENDED) {
            due.remove();
            head = due.peek();
        }
        if (head == null || (armed && armedNanos - head.dueNanos <= 0)) {
            return NEVER;
        }
        armed = true;
        armedNanos = head.dueNanos;
        return head.dueNanos;
    }

    /**
     * The wake-up for this time came, or could not be planned. One that an earlier one has overtaken changes nothing:
     * else each of them would ask for one more.
     */
    synchronized void disarm(long dueNanos) {
        if (armedNanos == dueNanos) {
            armed = false;
        }
    }

    /** Offset of the half queue below which all have ended. */
    synchronized long low() {
        return open.isEmpty() ? next : Math.min(open.firstKey(), next);
    }

    /** Those that have not ended, in the order of their offsets. */
    synchronized List<HalfMessage> all() {
        return List.copyOf(open.values());
    }

    synchronized int size() {
        return open.size();
    }
}
