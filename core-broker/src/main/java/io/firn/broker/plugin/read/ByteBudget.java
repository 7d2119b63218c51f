package io.firn.broker.plugin.read;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that reads of old messages may hold at once. Who finds none left waits without a thread; free bytes go to the
 * waiting group that holds least, within a group in order of arrival. So one group can use all of it while it is alone,
 * and can not keep another one waiting. Any thread; owner of all state: this object's lock.
 */
final class ByteBudget {

    private final long total;
    private long used;
    private int waiting;
    private final Map<String, Long> heldByGroup = new HashMap<>();
    private final Map<String, Deque<Ticket>> waitingByGroup = new LinkedHashMap<>();

    ByteBudget(long total) {
        this.total = total;
    }

    /** A claim to bytes: waiting, held or over. */
    final class Ticket {

        private final String group;
        private final Runnable granted;
        private long bytes;
        private State state = State.NEW;

        private Ticket(String group, long bytes, Runnable granted) {
            this.group = group;
            this.bytes = bytes;
            this.granted = granted;
        }

        /** Gets in line. Once. */
        void ask() {
            begin(this);
        }

        /** The read turned out smaller or larger. */
        void resize(long actual) {
            change(this, actual);
        }

        /** Gives the bytes back, or leaves the line. Idempotent. */
        void release() {
            end(this);
        }
    }

    private enum State {
        NEW,
        WAITING,
        HELD,
        OVER
    }

    /**
     * A claim that is not asked for yet; more bytes than there are at all count as all.
     *
     * @param granted runs once when they are reserved: on the asking thread, or on one that gave bytes back; must not
     *     block
     */
    Ticket ticket(String group, long bytes, Runnable granted) {
        return new Ticket(group, Math.min(bytes, total), granted);
    }

    private void begin(Ticket ticket) {
        List<Ticket> lucky;
        synchronized (this) {
            if (ticket.state != State.NEW) {
                return;
            }
            ticket.state = State.WAITING;
            waitingByGroup
                    .computeIfAbsent(ticket.group, name -> new ArrayDeque<>())
                    .add(ticket);
            waiting++;
            lucky = grant();
        }
        lucky.forEach(each -> each.granted.run());
    }

    private void change(Ticket ticket, long actual) {
        List<Ticket> lucky;
        synchronized (this) {
            if (ticket.state != State.HELD) {
                return;
            }
            hold(ticket.group, actual - ticket.bytes);
            ticket.bytes = actual;
            lucky = grant();
        }
        lucky.forEach(each -> each.granted.run());
    }

    private void end(Ticket ticket) {
        List<Ticket> lucky;
        synchronized (this) {
            if (ticket.state == State.HELD) {
                hold(ticket.group, -ticket.bytes);
            } else if (ticket.state == State.WAITING) {
                leaveLine(ticket);
            }
            ticket.state = State.OVER;
            lucky = grant();
        }
        lucky.forEach(each -> each.granted.run());
    }

    private void hold(String group, long more) {
        used += more;
        long held = heldByGroup.getOrDefault(group, 0L) + more;
        if (held == 0) {
            heldByGroup.remove(group);
        } else {
            heldByGroup.put(group, held);
        }
    }

    private void leaveLine(Ticket ticket) {
        Deque<Ticket> line = waitingByGroup.get(ticket.group);
        if (line != null && line.remove(ticket)) {
            waiting--;
            if (line.isEmpty()) {
                waitingByGroup.remove(ticket.group);
            }
        }
    }

    private List<Ticket> grant() {
        List<Ticket> lucky = new ArrayList<>();
        for (Ticket next = next(); next != null && fits(next); next = next()) {
            leaveLine(next);
            next.state = State.HELD;
            hold(next.group, next.bytes);
            lucky.add(next);
        }
        return lucky;
    }

    /** A read larger than what is left waits, and everybody behind it: else small ones would starve it. */
    private boolean fits(Ticket ticket) {
        return used + ticket.bytes <= total;
    }

    private @Nullable Ticket next() {
        Ticket best = null;
        long least = Long.MAX_VALUE;
        for (Map.Entry<String, Deque<Ticket>> line : waitingByGroup.entrySet()) {
            long held = heldByGroup.getOrDefault(line.getKey(), 0L);
            if (held < least) {
                least = held;
                best = line.getValue().peekFirst();
            }
        }
        return best;
    }

    /** Bytes reserved now. */
    synchronized long used() {
        return used;
    }

    /** Reads that wait now. */
    synchronized int waiting() {
        return waiting;
    }
}
