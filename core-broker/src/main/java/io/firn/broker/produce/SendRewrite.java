package io.firn.broker.produce;

import io.firn.broker.record.EncodedRecords;
import io.firn.spi.put.PutOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Stores a message that means more than "store this" somewhere else than its sender says, until its time has come.
 * Implemented by the rooms that know such meanings. Called on the thread that stores the message, many at once; must not
 * block.
 */
public interface SendRewrite {

    /**
     * Decides about one message that was checked and is complete. Hooks see it afterwards: with the topic and queue its
     * sender named, and with the properties that were added here.
     *
     * @return where it is stored; null to store it where its sender says
     * @throws io.firn.broker.wire.RequestException to refuse it
     */
    @Nullable
    Target rewrite(Sent message);

    /** A message on its way in; valid during the call. */
    interface Sent {

        /** As its sender says. */
        String topic();

        /** As its sender says, or as the broker chose for it. */
        int queueId();

        int sysFlag();

        /** The text of a property; null when absent. */
        @Nullable
        String property(String name);

        /** Adds a property, in place of one of that name; neither text is empty or has the characters 1 or 2. */
        void add(String name, String value);
    }

    /** Where a message is stored. */
    interface Target {

        String topic();

        int queueId();

        int sysFlag();

        /** What hooks are told. */
        PutOrigin origin();

        /** The message is in the log; before its sender is told. Must not block or throw; valid during the call. */
        void stored(EncodedRecords records);
    }
}
