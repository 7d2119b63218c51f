package io.firn.spi.objects;

import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The plugin's own part of the object storage that some other plugin provides; there may be none, and it may come and go
 * while this plugin runs. Objects are immutable: created once, read, deleted; what was reported as done every later call
 * sees. Other brokers of this broker's name may share the objects.
 *
 * <p>Any thread of the plugin; every method but {@link #state()} and {@link #cancel()} blocks, for a minute at most, a put
 * for a second more per MiB. When the storage goes away, calls under way end with
 * {@link ObjectException.Reason#UNAVAILABLE}, and so do later ones until it is back. Nothing is tried again here.
 *
 * @since 1.0
 */
@Incubating
@ProvidedByBroker
public interface ObjectSpace {

    /**
     * Whether there is object storage.
     *
     * @since 1.0
     */
    enum State {
        /** There is. */
        READY,
        /** There is none yet, and one may come in a moment: plugins are still being started, or the storage is upgraded. */
        AWAITED,
        /** There is none. One may come when an operator adds a plugin. */
        ABSENT
    }

    /**
     * Whether there is object storage now. Does not block.
     *
     * @since 1.0
     */
    State state();

    /**
     * Creates an object.
     *
     * @param name see {@link ObjectKey}
     * @return the object, with the CRC-32C of the bytes sent
     * @throws ObjectException {@link ObjectException.Reason#EXISTS}: the name is taken, perhaps by an earlier call of this
     *     plugin whose answer was lost; or another reason
     * @throws IllegalArgumentException when the name is none
     * @since 1.0
     */
    StoredObject put(String name, ObjectContent content) throws ObjectException;

    /**
     * Reads part of an object.
     *
     * @param offset of the first byte, not negative
     * @param length how many, 1 or more; memory for so many is taken from the heap
     * @return a buffer of the caller's own with just these bytes
     * @throws ObjectException {@link ObjectException.Reason#MISSING}, {@link ObjectException.Reason#DAMAGED} when the object
     *     has not so many bytes; or another reason
     * @throws IllegalArgumentException when name, offset or length are none
     * @since 1.0
     */
    ByteBuffer read(String name, long offset, int length) throws ObjectException;

    /**
     * Looks at an object.
     *
     * @throws ObjectException {@link ObjectException.Reason#MISSING}, or another reason
     * @throws IllegalArgumentException when the name is none
     * @since 1.0
     */
    StoredObject head(String name) throws ObjectException;

    /**
     * Lists objects in the order of their names, character by character.
     *
     * @param prefix how their names begin; may be empty, and end anywhere in a name
     * @param after only names behind this one, which need not exist; empty for all
     * @param max at most so many, 1 to 1000; fewer are given only when there are no more
     * @throws ObjectException when it can not
     * @throws IllegalArgumentException when {@code max} is out of range
     * @since 1.0
     */
    List<StoredObject> list(String prefix, String after, int max) throws ObjectException;

    /**
     * Deletes an object; one that is not there is no error.
     *
     * @throws ObjectException when it can not
     * @throws IllegalArgumentException when the name is none
     * @since 1.0
     */
    void delete(String name) throws ObjectException;

    /**
     * Ends all calls under way, and every later one, with {@link ObjectException.Reason#CANCELLED}: for a plugin that stops
     * and does not want to wait for a network. Idempotent; does not block.
     *
     * @since 1.0
     */
    void cancel();
}
