package io.firn.broker.timer;

import io.firn.broker.log.CommitLog;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The entries of a slot whose time has come, in the order in which they were noted. Owner: the wheel's thread. */
final class DueSlot {

    private final long timeMs;
    private final Set<String> recalled = new HashSet<>();
    /** Positions in the timer log, the newest first. */
    private long[] entries = new long[16];

    /** Entries that are left. */
    private int left;

    private DueSlot(long timeMs) {
        this.timeMs = timeMs;
    }

    /** Follows the chain that ends at {@code last}. Recalls are found before anything is delivered. */
    static DueSlot of(long timeMs, long last, TimerLog log, CommitLog messages) {
        DueSlot slot = new DueSlot(timeMs);
        long at = last;
        TimerUnit unit = at == TimerUnit.NONE ? null : log.read(at);
        while (unit != null) {
            if (unit.isRecall()) {
                slot.recall(unit, messages);
            } else {
                slot.add(at);
            }
            at = unit.previous();
            unit = at == TimerUnit.NONE ? null : log.read(at);
        }
        return slot;
    }

    private void recall(TimerUnit unit, CommitLog messages) {
        try (TimerRecord record = TimerRecord.at(messages, unit.position(), unit.size())) {
            String key = record == null ? null : record.recalls();
            if (key != null) {
                recalled.add(key);
            }
        }
    }

    private void add(long at) {
        if (left == entries.length) {
            entries = Arrays.copyOf(entries, left * 2);
        }
        entries[left++] = at;
    }

    long timeMs() {
        return timeMs;
    }

    /** Whether all are done with. */
    boolean isEmpty() {
        return left == 0;
    }

    /** Position in the timer log of the next entry. */
    long next() {
        return entries[left - 1];
    }

    /** The next one is done with. */
    void pass() {
        left--;
    }

    /** Whether a message was recalled, by its key alone or with its topic before it. */
    boolean isRecalled(@Nullable String uniqueKey, @Nullable String topic) {
        return uniqueKey != null
                && !recalled.isEmpty()
                && (recalled.contains(uniqueKey) || recalled.contains(topic + "+" + uniqueKey));
    }
}
