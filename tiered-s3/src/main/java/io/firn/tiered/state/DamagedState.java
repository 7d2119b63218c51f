package io.firn.tiered.state;

/** A snapshot of topics and groups that can not be read; an older one may be. */
public final class DamagedState extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedState(String message) {
        super(message);
    }
}
