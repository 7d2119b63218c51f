package io.firn.tiered.commit;

/** Another writer has taken over: stop archiving, keep the local bytes, say so to the operator. */
public final class FencedOut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedOut(String message) {
        super(message);
    }
}
