package io.firn.broker;

import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.record.MessageSource;
import io.firn.broker.transaction.Appends;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;

/** How the transaction room stores messages: by the way all of the broker's own go. Any thread. */
record OwnAppends(BrokerPuts puts) implements Appends {

    @Override
    public CompletableFuture<Long> deliver(MessageSource message) {
        return puts.deliver(message, PutOrigin.TRANSACTION_COMMIT);
    }

    @Override
    public Appended own(MessageSource message) {
        BrokerPuts.Placed placed = puts.own(message);
        return new Appended(placed.position(), placed.queueOffset());
    }
}
