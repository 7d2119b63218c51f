package io.firn.broker.produce;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Responder;
import io.firn.spi.put.Verdict;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends that wait for the answer of a hook. Those of one connection to one queue stand in line, so that they are stored
 * in the order in which they were sent. Owner: one io thread; a connection stays with its thread.
 */
final class WaitingSends {

    /** Most bytes of bodies that wait on one io thread. */
    private static final long MOST_BYTES = 64L << 20;

    private final Map<Line, Queue<Waiting>> lines = new HashMap<>();
    private long bytes;

    private record Line(Connection connection, String topic, int queueId) {}

    /** Stores the message, or not, and answers. */
    @FunctionalInterface
    interface Ending {

        /**
         * The answer is here, and all that stood before it are done.
         *
         * @param reject null to store
         */
        void end(WaitingSend message, PutChain chain, @Nullable Verdict reject, Responder responder);
    }

    private record Waiting(
            WaitingSend message, PutChain chain, CompletableFuture<@Nullable Verdict> answer, Responder responder) {}

    /** Whether a send of this connection to this queue has to wait behind others. */
    boolean isWaiting(Connection connection, Incoming message) {
        return !lines.isEmpty() && lines.containsKey(new Line(connection, message.topic(), message.queueId()));
    }

    /** Throws when too much waits. To be asked before hooks are. */
    void checkRoom(Incoming message) {
        if (bytes + message.bodyLength() > MOST_BYTES) {
            throw new BusyException("too many messages wait for the answer of a plugin");
        }
    }

    /** Lets a send stand in line. {@code ending} runs on this thread. */
    void add(
            WaitingSend message,
            PutChain chain,
            CompletableFuture<@Nullable Verdict> answer,
            Responder responder,
            Ending ending) {
        Connection connection = responder.connection();
        Line line = new Line(connection, message.topic(), message.queueId());
        lines.computeIfAbsent(line, l -> new ArrayDeque<>()).add(new Waiting(message, chain, answer, responder));
        bytes += message.bodyLength();
        answer.whenComplete((verdict, failure) -> connection.execute(() -> advance(line, ending)));
    }

    /** Serves all at the front of the line whose answer is here. */
    private void advance(Line line, Ending ending) {
        Queue<Waiting> queue = lines.get(line);
        Waiting head = queue == null ? null : queue.peek();
        while (queue != null && head != null && head.answer.isDone()) {
            queue.remove();
            bytes -= head.message.bodyLength();
            serve(head, ending);
            head = queue.peek();
        }
        if (queue != null && queue.isEmpty()) {
            lines.remove(line);
        }
    }

    private static void serve(Waiting next, Ending ending) {
        if (next.answer.isCompletedExceptionally()) {
            next.responder.fail(next.answer.exceptionNow());
            return;
        }
        try {
            ending.end(next.message, next.chain, next.answer.getNow(null), next.responder);
        } catch (RuntimeException e) {
            next.responder.fail(e);
        }
    }
}
