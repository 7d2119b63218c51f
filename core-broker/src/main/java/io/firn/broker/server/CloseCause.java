package io.firn.broker.server;

import io.firn.broker.wire.ProtocolException;

/**
 * Why a connection was closed.
 *
 * @param label one of few words, for the metric
 * @param detail the same for a human
 */
record CloseCause(String label, String detail) {

    static final CloseCause PEER = new CloseCause("peer", "closed by the peer");
    static final CloseCause SHUTDOWN = new CloseCause("shutdown", "the server stops");
    static final CloseCause IDLE = new CloseCause("idle", "no traffic for too long");

    private static final String MALFORMED = "malformed_";

    static CloseCause requested(String reason) {
        return new CloseCause("requested", reason);
    }

    static CloseCause failed(Throwable cause) {
        return new CloseCause("failed", cause.toString());
    }

    static CloseCause overflow(long queuedBytes, long maxQueuedBytes) {
        return new CloseCause(
                "overflow",
                queuedBytes + " bytes of output wait for a peer that does not read them, " + maxQueuedBytes
                        + " are allowed (firn.server.maxQueuedBytes)");
    }

    static CloseCause malformed(ProtocolException cause) {
        return new CloseCause(malformedLabel(cause.reason()), "malformed frame: " + cause.getMessage());
    }

    static String malformedLabel(ProtocolException.Reason reason) {
        return MALFORMED + reason.label();
    }

    /** True when an operator should see it without asking. */
    boolean isAlarming() {
        return label.startsWith(MALFORMED) || "overflow".equals(label);
    }
}
