package io.firn.broker.transaction;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.record.MessageId;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Patience;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.transaction.EndRequest.Cause;
import io.firn.broker.transaction.EndRequest.Decision;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * END_TRANSACTION (37), mostly one-way, on io threads, or on the readers' pool when the half message is old;
 * RESUME_CHECK_HALF_MESSAGE (323) of operators, on the readers' pool.
 */
public final class TransactionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionHandler.class);

    private static final int UNKNOWN = 0;
    private static final int COMMIT = 8;
    private static final int ROLLBACK = 12;
    private static final CompletableFuture<Reply.Now> DONE = CompletableFuture.completedFuture(Reply.Now.ok());

    private final Transactions transactions;
    /** Whether what lies at a log position is read without waiting for the disk. */
    private final LongPredicate recent;
    /** Null when an answer does not wait for the disk. */
    private final @Nullable LogFlusher flusher;

    /**
     * Serves the producers of these transactions.
     *
     * @param recent whether what lies at a log position may be read on io threads
     * @param flusher asked before an answer when answers promise the disk; null when they do not
     */
    public TransactionHandler(Transactions transactions, LongPredicate recent, @Nullable LogFlusher flusher) {
        this.transactions = transactions;
        this.recent = recent;
        this.flusher = flusher;
    }

    /** Adds this handler's codes to the request table. */
    public void addTo(RequestRouter.Builder table, Executor readers, Patience patience) {
        table.route(RequestCode.END_TRANSACTION, (request, from) -> end(request, from, readers, patience))
                .route(RequestCode.RESUME_CHECK_HALF_MESSAGE, readers, (request, from) -> resume(request));
    }

    private Reply end(RemotingCommand request, Connection from, Executor readers, Patience patience) {
        ExtFields ext = request.ext();
        int decision = ext.requiredInt("commitOrRollback");
        if (decision == UNKNOWN) {
            return Reply.Now.ok();
        }
        EndRequest end = new EndRequest(
                ext.required("producerGroup"),
                ext.requiredLong("tranStateTableOffset"),
                ext.requiredLong("commitLogOffset"),
                decision(decision),
                ext.booleanOr("fromTransactionCheck", false) ? Cause.CHECK : Cause.OWN);
        if (recent.test(end.position())) {
            return LaterReply.to(request, from, answer(end, from, request.isOneway()));
        }
        Responder responder = from.responder(request);
        try {
            patience.give(
                    readers,
                    request.code(),
                    responder,
                    () -> LaterReply.to(responder, () -> answer(end, from, responder.isOneway())));
        } catch (BusyException e) {
            responder.fail(e);
        }
        return Reply.LATER;
    }

    private CompletableFuture<Reply.Now> answer(EndRequest end, Connection from, boolean unheard) {
        CompletableFuture<Long> ended = ended(end, from);
        return ended.thenCompose(at -> unheard ? DONE : safe(at));
    }

    private CompletableFuture<Long> ended(EndRequest end, Connection from) {
        try {
            return transactions.end(end);
        } catch (RequestException e) {
            transactions.countRefusal();
            LOG.debug("{} does not end a transaction: {}", from.remoteAddress(), e.getMessage());
            throw e;
        }
    }

    private static Decision decision(int code) {
        return switch (code) {
            case COMMIT -> Decision.COMMIT;
            case ROLLBACK -> Decision.ROLLBACK;
            default ->
                throw new RequestException(
                        ResponseCode.INVALID_PARAMETER,
                        "commitOrRollback is " + code + "; it is 0 for unknown, 8 for commit or 12 for rollback");
        };
    }

    /** The answer, once the disk has what was stored, when that is promised and somebody waits for it. */
    private CompletableFuture<Reply.Now> safe(long endPosition) {
        LogFlusher force = flusher;
        if (force == null || endPosition == 0) {
            return DONE;
        }
        CompletableFuture<Reply.Now> answer = new CompletableFuture<>();
        force.whenFlushed(endPosition, new Forced(answer));
        return answer;
    }

    private Reply resume(RemotingCommand request) {
        String id = request.ext().required("msgId");
        transactions.resume(position(id));
        return Reply.Now.ok();
    }

    private static long position(String id) {
        try {
            return MessageId.parse(id).position();
        } catch (IllegalArgumentException e) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "msgId '" + id + "' is not the id of a stored message, 32 or 56 hex digits");
        }
    }

    /** Answers when the disk has it. */
    private record Forced(CompletableFuture<Reply.Now> answer) implements FlushWaiter {

        @Override
        public void flushed() {
            answer.complete(Reply.Now.ok());
        }

        @Override
        public void timedOut() {
            answer.complete(Reply.Now.of(ResponseCode.FLUSH_DISK_TIMEOUT, "the disk did not take the message in time"));
        }

        @Override
        public void failed(Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
