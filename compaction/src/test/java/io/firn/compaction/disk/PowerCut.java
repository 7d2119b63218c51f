package io.firn.compaction.disk;

/** The machine went dark; nothing after it happened. */
public final class PowerCut extends RuntimeException {

    private static final long serialVersionUID = 1;

    PowerCut() {
        super("power cut");
    }
}
