package io.firn.broker.group;

/**
 * One client of a group. Identity and link never change; the time of the last heartbeat does.
 *
 * <p>Owner of the times: {@code firn-control}; any thread may read the wall time.
 */
public final class Member {

    private final String clientId;
    private final ClientLink link;
    private volatile long lastSeenMs;
    private long lastSeenNanos;

    Member(String clientId, ClientLink link) {
        this.clientId = clientId;
        this.link = link;
    }

    public String clientId() {
        return clientId;
    }

    public ClientLink link() {
        return link;
    }

    /** Wall time of the last heartbeat, milliseconds since the epoch. */
    public long lastSeenMs() {
        return lastSeenMs;
    }

    void seen(long nowMs, long nowNanos) {
        lastSeenMs = nowMs;
        lastSeenNanos = nowNanos;
    }

    long silentNanos(long nowNanos) {
        return nowNanos - lastSeenNanos;
    }

    @Override
    public String toString() {
        return clientId + " at " + link.address();
    }
}
