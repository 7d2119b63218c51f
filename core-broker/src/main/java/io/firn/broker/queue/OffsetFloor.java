package io.firn.broker.queue;

/**
 * Below which offsets of a queue were given away before, whatever files of it are left: the port through which a source
 * of old messages keeps offsets from being used twice.
 */
@FunctionalInterface
public interface OffsetFloor {

    /** Nobody has seen more of a queue than its files. */
    OffsetFloor NONE = (topic, queueId) -> 0;

    /**
     * No message of the queue may get a lower offset. Asked once per queue, on a sending thread, before its first message
     * of this run; answers from memory.
     *
     * @throws io.firn.broker.runtime.BusyException when it is not known yet
     * @throws io.firn.broker.wire.RequestException when it can not be known: nothing may be added to the queue
     */
    long of(String topic, int queueId);
}
