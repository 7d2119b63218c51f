package io.firn.broker;

import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.record.MessageSource;
import io.firn.broker.timer.Appends;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;

/** How the timer room stores messages: by the way all of the broker's own go. Any thread. */
record DueAppends(BrokerPuts puts) implements Appends {

    @Override
    public CompletableFuture<Long> deliver(MessageSource message) {
        return puts.deliver(message, PutOrigin.DELAY_DELIVERY);
    }

    @Override
    public long own(MessageSource message) {
        return puts.own(message).position();
    }
}
