package io.firn.tiered.cold;

/** Archived messages could not be read now; the cause says why. The reader is told to try again. */
final class ColdReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ColdReadException(String message, Throwable cause) {
        super(message, cause);
    }
}
