package io.firn.spi.read;

/**
 * Stored bytes are not what they have to be. The message names file and place.
 *
 * @since 1.0
 */
public final class DamagedStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long position;

    /**
     * Says what is wrong.
     *
     * @param message file, place, what is wrong
     * @param position log position of the damage, or the queue offset for a queue's file
     * @since 1.0
     */
    public DamagedStoreException(String message, long position) {
        super(message);
        this.position = position;
    }

    /**
     * Log position of the damage, or the queue offset for a queue's file.
     *
     * @since 1.0
     */
    public long position() {
        return position;
    }
}
