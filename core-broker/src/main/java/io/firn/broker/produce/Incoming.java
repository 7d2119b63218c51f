package io.firn.broker.produce;

import io.firn.broker.record.MessageSource;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutOrigin;
import org.jspecify.annotations.Nullable;

/** One message, or one batch, on its way in: what is to be stored, who sends it and why. Owner: one thread. */
interface Incoming extends MessageSource, DraftBody.Source {

    /** The properties of a single message, complete; what is stored is what they say in the end. */
    PropertyLayout properties();

    /** Whether the body is a sequence of messages. */
    boolean isBatch();

    PutOrigin origin();

    /** Where it waits for its time; null when it goes to its topic and queue at once. */
    SendRewrite.@Nullable Shelf shelf();

    /** Null when the broker itself stores it. */
    @Nullable
    ClientView client();
}
