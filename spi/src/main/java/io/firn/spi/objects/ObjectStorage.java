package io.firn.spi.objects;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.contract.Incubating;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Keeps objects for plugins. Objects are immutable: created once, read, deleted. What a call has reported as done every
 * later call sees, also after a crash; a reader sees all of an object or nothing of it. Objects of different plugins do not
 * know each other, and none is that of this plugin itself.
 *
 * <p>All methods are called on threads of this plugin, up to 64 at once; they block. They end early with
 * {@link ObjectException.Reason#CANCELLED} when the token is cancelled, which also happens when this plugin is stopped; the
 * broker waits a minute, and for a put a second more per MiB, then it tells the caller that it is late and cancels. All may
 * be repeated. What they throw other than {@link ObjectException} the caller is told as
 * {@link ObjectException.Reason#PASSING}.
 *
 * @since 1.0
 */
@Incubating
@ImplementedByPlugin
public interface ObjectStorage {

    /**
     * Creates an object. One of several that create the same name succeeds. A call whose effect an attempt within the same
     * call has had already succeeds.
     *
     * @return the object, with the CRC-32C of the bytes sent, which the storage has checked or which are read back by whoever
     *     needs to be sure
     * @throws ObjectException {@link ObjectException.Reason#EXISTS}: the name is taken, also by the same bytes
     * @since 1.0
     */
    StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException;

    /**
     * Reads as many bytes as {@code into} has room for, which is at least one.
     *
     * @param offset of the first byte, not negative
     * @throws ObjectException {@link ObjectException.Reason#MISSING}, or {@link ObjectException.Reason#DAMAGED} when the
     *     object has not so many bytes; what is in the buffer then means nothing
     * @since 1.0
     */
    void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException;

    /**
     * Looks at an object.
     *
     * @throws ObjectException {@link ObjectException.Reason#MISSING}
     * @since 1.0
     */
    StoredObject head(ObjectKey key, CancelToken token) throws ObjectException;

    /**
     * Lists objects of a plugin in the order of their names, character by character.
     *
     * @throws ObjectException when it can not
     * @since 1.0
     */
    List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException;

    /**
     * Deletes an object; one that is not there is no error. Its name may be created again, though nobody should.
     *
     * @throws ObjectException when it can not
     * @since 1.0
     */
    void delete(ObjectKey key, CancelToken token) throws ObjectException;

    /**
     * Which objects to list.
     *
     * @param plugin whose
     * @param prefix how their names begin; may be empty, and end anywhere in a name
     * @param after only names behind this one, which need not exist; empty for all
     * @param max at most so many, 1 to 1000; fewer are given only when there are no more
     * @since 1.0
     */
    record Listing(String plugin, String prefix, String after, int max) {

        /**
         * The most objects of one call.
         *
         * @since 1.0
         */
        public static final int MAX_OBJECTS = 1000;

        /**
         * Checks the components.
         *
         * @throws IllegalArgumentException when {@code max} is out of range
         * @since 1.0
         */
        public Listing {
            if (max < 1 || max > MAX_OBJECTS) {
                throw new IllegalArgumentException("1 to " + MAX_OBJECTS + " objects are listed at a time, not " + max);
            }
        }
    }
}
