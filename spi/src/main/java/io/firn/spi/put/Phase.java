package io.firn.spi.put;

/**
 * When a hook runs among the others. Hooks run phase by phase; within a phase by priority, then by plugin id.
 *
 * @since 1.0
 */
public enum Phase {
    /** Who is it? */
    AUTHN(OnFailure.FAIL_CLOSED),
    /** Is the message allowed? Asked once more when a later hook changed it. */
    VALIDATE(OnFailure.FAIL_CLOSED),
    /** Is there budget left? */
    QUOTA(OnFailure.FAIL_OPEN),
    /** Change what is there. */
    TRANSFORM(OnFailure.FAIL_CLOSED),
    /** Add something. */
    ENRICH(OnFailure.FAIL_OPEN),
    /** Only look. */
    OBSERVE(OnFailure.FAIL_OPEN);

    private final OnFailure usual;

    Phase(OnFailure usual) {
        this.usual = usual;
    }

    /**
     * What a hook of this phase does on failure unless it says otherwise.
     *
     * @since 1.0
     */
    public OnFailure usualOnFailure() {
        return usual;
    }
}
