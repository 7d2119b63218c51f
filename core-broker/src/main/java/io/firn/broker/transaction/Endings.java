package io.firn.broker.transaction;

import io.firn.broker.log.CommitLog;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.transaction.EndRequest.Cause;
import io.firn.broker.transaction.EndRequest.Decision;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends transactions: a commit stores the message in its real queue, then the half message counts as ended; a roll-back
 * only the latter. Whatever was ended before stays as it is: the request succeeds and does nothing. Any thread.
 */
final class Endings {

    private final TransactionConfig config;
    private final Transactions.Stores stores;
    private final TopicRegistry topics;
    private final Clock clock;
    private final HalfTable table;
    private final TransactionMetrics metrics;
    private final Consumer<HalfMessage> ended;

    /** Ends what is in the table of {@code events}. */
    Endings(
            TransactionConfig config,
            Transactions.Stores stores,
            TopicRegistry topics,
            Clock clock,
            HalfEvents events) {
        this.config = config;
        this.stores = stores;
        this.topics = topics;
        this.clock = clock;
        this.table = events.table();
        this.metrics = events.metrics();
        this.ended = events.ended();
    }

    /**
     * Ends one.
     *
     * @return log position that has to be on disk for the end to be safe; 0 when nothing was stored
     * @throws RequestException when the request does not fit the half message, which stays as it is
     */
    CompletableFuture<Long> end(EndRequest request) {
        CommitLog log = stores.log();
        try (HalfRecord record = HalfRecord.at(log, request.position())) {
            HalfRecord half = checked(request, record);
            HalfMessage claimed = table.claim(request.offset());
            if (claimed == null) {
                return again(request);
            }
            return request.decision() == Decision.COMMIT ? commit(claimed, half) : rollBack(claimed);
        }
    }

    private HalfRecord checked(EndRequest request, @Nullable HalfRecord record) {
        if (record == null || !record.isOf(TopicName.TRANSACTION_HALF)) {
            throw refused("there is no half message at commitLogOffset " + request.position());
        }
        if (!request.group().equals(record.property(HalfProperties.GROUP))) {
            throw refused(
                    "the half message at " + request.position() + " is not of the producer group " + request.group());
        }
        if (record.view().queueOffset() != request.offset()) {
            throw refused("the half message at " + request.position() + " has tranStateTableOffset "
                    + record.view().queueOffset() + ", not " + request.offset());
        }
        if (request.cause() == Cause.OWN) {
            checkImmunity(record);
        }
        if (request.decision() == Decision.COMMIT) {
            checkDestination(record);
        }
        return record;
    }

    /** A producer that asked to be let alone for a time has promised to have ended by then: from then on it is asked. */
    private void checkImmunity(HalfRecord record) {
        String seconds = record.property(HalfProperties.IMMUNITY_SECONDS);
        long age = clock.millis() - record.view().storeTimestamp();
        if (seconds != null
                && age > HalfProperties.immunity(seconds, config.timeout()).toMillis()) {
            throw new RequestException(
                    ResponseCode.ILLEGAL_OPERATION,
                    "the half message is older than its " + HalfProperties.IMMUNITY_SECONDS + " " + seconds
                            + ": it ends when its producer is asked");
        }
    }

    private void checkDestination(HalfRecord record) {
        String topic = record.realTopic();
        if (topic == null || record.realQueue() < 0) {
            throw refused("the half message at " + record.position() + " does not say where it goes");
        }
        if (topics.find(topic) == null) {
            throw new RequestException(
                    ResponseCode.TOPIC_NOT_EXIST, "the topic [" + topic + "] of the half message is deleted");
        }
    }

    private CompletableFuture<Long> again(EndRequest request) {
        if (table.isKnown(request.offset())) {
            throw new BusyException("the transaction is being ended by another request");
        }
        metrics.repeated.increment();
        return CompletableFuture.completedFuture(0L);
    }

    private CompletableFuture<Long> commit(HalfMessage half, HalfRecord record) {
        return delivered(half, record).whenComplete((end, failure) -> {
            if (failure == null) {
                metrics.committed.increment();
                end(half);
            } else {
                table.release(half);
            }
        });
    }

    private CompletableFuture<Long> delivered(HalfMessage half, HalfRecord record) {
        try {
            return stores.appends().deliver(StoredMessage.committed(record, String.valueOf(record.realTopic())));
        } catch (RuntimeException e) {
            table.release(half);
            throw e;
        }
    }

    private CompletableFuture<Long> rollBack(HalfMessage half) {
        metrics.rolledBack.increment();
        end(half);
        return CompletableFuture.completedFuture(0L);
    }

    private void end(HalfMessage half) {
        table.end(half);
        ended.accept(half);
    }

    private static RequestException refused(String text) {
        return new RequestException(ResponseCode.SYSTEM_ERROR, text);
    }
}
