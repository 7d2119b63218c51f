package io.firn.tiered.commit;

/** The archive log contradicts itself. Never repaired silently: an operator rebuilds the catalogue from the objects. */
public final class CorruptArchive extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptArchive(String message) {
        super(message);
    }
}
