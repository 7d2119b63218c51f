package io.firn.broker.produce;

import io.firn.broker.record.EncodedRecords;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The port of those who let some messages go elsewhere than they were sent to: to dead letters, or aside until they are
 * due. Asked for each single message that was checked and completed, before hooks see it; a batch is stored as it is. Any
 * thread that stores messages; must neither block nor, when it leaves the message alone, allocate.
 */
@FunctionalInterface
public interface SendRewrite {

    /**
     * Looks at a message and changes it where it has to be.
     *
     * @return null when the message can be stored as it is now; else what it needs is being made: the message is read,
     *     checked and shown again when the future completes, and refused when it fails
     * @throws io.firn.broker.wire.RequestException when the message can not be stored at all
     */
    @Nullable
    CompletableFuture<?> rewrite(Draft message);

    /** This one, and then another, which sees what this one made of the message. */
    default SendRewrite then(SendRewrite next) {
        return message -> {
            CompletableFuture<?> missing = rewrite(message);
            return missing == null ? next.rewrite(message) : missing;
        };
    }

    /** A message that is about to be stored. Valid during the call only. Names of properties are ASCII. */
    interface Draft {

        /** Where it goes as it is now. */
        String topic();

        /** Where it goes as it is now. */
        int queueId();

        int sysFlag();

        /** How often it was delivered before. */
        int reconsumeTimes();

        /** How often it may be delivered, as its consumer says; negative when it says nothing. */
        int maxReconsumeTimes();

        /**
         * Property {@code DELAY}; 0 when it has none.
         *
         * @throws io.firn.broker.wire.RequestException when it is not a number
         */
        int delayLevel();

        /** Whether it names a time and was not put aside for it before. */
        boolean isTimed();

        /** Whether it is the first half of a transaction; never for what the broker itself stores. */
        boolean isHalf();

        /** The text of a property; null when absent. Allocates. */
        @Nullable
        String property(String name);

        /** Gives it a property, in place of the one of that name. */
        void put(String property, String value);

        /** Takes a property away, if it is there. */
        void remove(String property);

        /** Lets it go to another queue for good: hooks see it there. */
        void redirect(String topic, int queueId);

        /** Has it stored in a queue of the broker's until its time: hooks see it in its own. */
        void putAside(Shelf shelf);
    }

    /** Where a message waits for its time. */
    interface Shelf {

        String topic();

        int queueId();

        /** What it is stored with there. */
        default int sysFlag(int own) {
            return own;
        }

        /** What hooks are told. */
        default PutOrigin origin(PutOrigin own) {
            return own;
        }

        /** What its sender is told, to recall it by; null for nothing. */
        default @Nullable String receipt() {
            return null;
        }

        /** The message is in the log; before its sender is told. Must not block or throw; valid during the call. */
        default void stored(EncodedRecords records) {}
    }
}
