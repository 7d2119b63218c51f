package io.firn.spi.read;

import io.firn.spi.contract.ProvidedByBroker;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Bytes of one segment file, held in place until closed: the file is not deleted or unmapped meanwhile. A lease that is
 * never closed keeps the segment on disk; the broker counts and reports it. Any thread.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface SegmentLease extends AutoCloseable {

    /**
     * The file; read-only to plugins. It begins at {@link #basePosition()}.
     *
     * @since 1.0
     */
    Path file();

    /**
     * Log position of the file's byte 0.
     *
     * @since 1.0
     */
    long basePosition();

    /**
     * Log position of the first byte leased; a message begins here.
     *
     * @since 1.0
     */
    long from();

    /**
     * Log position behind the last byte leased; a message ends here, or the file does.
     *
     * @since 1.0
     */
    long to();

    /**
     * The bytes from {@link #from()} to {@link #to()}, read-only, mapped: no copy, may block on a page fault when read.
     * A buffer of its own each time; not to be touched after {@link #close}: that throws, it never reads other bytes.
     *
     * @throws IllegalStateException when closed
     * @since 1.0
     */
    ByteBuffer bytes();

    /**
     * Lets go. Idempotent.
     *
     * @since 1.0
     */
    @Override
    void close();
}
