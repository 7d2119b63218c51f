package io.firn.broker;

import io.firn.broker.produce.PutAgain;
import io.firn.broker.record.MessageSource;
import io.firn.broker.transaction.Appends;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;

/** How the transaction room stores messages: by the way all of the broker's own go. Any thread. */
record OwnAppends(PutAgain puts) implements Appends {

    @Override
    public CompletableFuture<Appended> deliver(MessageSource message) {
        return puts.put(message, PutOrigin.TRANSACTION_COMMIT).thenApply(OwnAppends::at);
    }

    @Override
    public Appended own(MessageSource message) {
        return at(puts.putOwn(message));
    }

    private static Appended at(PutAgain.Placed placed) {
        return new Appended(placed.position(), placed.endPosition(), placed.queueOffset(), placed.storeTimestamp());
    }
}
