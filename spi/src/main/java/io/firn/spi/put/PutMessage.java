package io.firn.spi.put;

import io.firn.spi.contract.ProvidedByBroker;
import java.nio.ByteBuffer;

/**
 * One message on its way into the log, to look at and to change. Valid only until the hook returns, see {@link PutView}.
 * Changes take effect at once: later hooks see them. A hook that changed something returns {@link Verdict#MODIFIED}; the
 * broker notices changes that were not owned up to, and counts them.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface PutMessage extends PutView {

    /**
     * Adds a property or replaces its value. Allocates.
     *
     * @throws IllegalArgumentException when name or value has a character that separates properties (1, 2), the name is
     *     empty, it is a property the broker itself sets, or the properties get longer than 32767 bytes
     * @since 1.0
     */
    void setProperty(String name, String value);

    /**
     * Takes a property away; nothing happens when it is not there.
     *
     * @throws IllegalArgumentException when it is a property the broker itself sets
     * @since 1.0
     */
    void removeProperty(String name);

    /**
     * Replaces the body by a copy of the bytes from position to limit; the buffer is left as it is. The sender's
     * compression bits of {@link #sysFlag()} stay: a hook that looks into bodies has to mind them.
     *
     * @throws IllegalArgumentException when the message gets larger than the broker allows
     * @since 1.0
     */
    void setBody(ByteBuffer body);
}
