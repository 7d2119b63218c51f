package io.firn.broker.produce;

import io.firn.broker.server.Connection;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.RemotingCommand;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends that wait until their topic is created. All sends of one connection to one topic wait in one line, also those
 * that come when the topic is just there, so that they are stored in the order in which they were sent. Owner: one io
 * thread; a connection stays with its thread.
 */
final class FirstSends {

    private final Map<Line, Queue<Waiting>> lines = new HashMap<>();

    private record Line(Connection connection, String topic) {}

    private record Waiting(RemotingCommand own, Responder responder) {}

    /** Whether a send of this connection to this topic has to wait behind others. */
    boolean isWaiting(Connection connection, String topic) {
        return !lines.isEmpty() && lines.containsKey(new Line(connection, topic));
    }

    /**
     * Lets a send wait; the first of a line creates the topic.
     *
     * @param creation starts creating; when it throws the send does not wait
     * @param handler serves each send once the topic is there
     */
    void add(
            RemotingCommand command,
            Connection connection,
            String topic,
            Supplier<? extends CompletableFuture<?>> creation,
            RequestHandler handler) {
        Line line = new Line(connection, topic);
        Queue<Waiting> queue = lines.get(line);
        if (queue != null) {
            queue.add(new Waiting(command.detach(), connection.responder(command)));
            return;
        }
        CompletableFuture<?> created = creation.get();
        Queue<Waiting> fresh = new ArrayDeque<>();
        fresh.add(new Waiting(command.detach(), connection.responder(command)));
        lines.put(line, fresh);
        created.whenComplete((done, failure) -> connection.execute(() -> {
            lines.remove(line);
            serve(fresh, failure, handler);
        }));
    }

    private static void serve(Queue<Waiting> line, @Nullable Throwable failure, RequestHandler handler) {
        for (Waiting next = line.poll(); next != null; next = line.poll()) {
            if (failure == null) {
                next.responder.handleNow(handler, next.own);
            } else {
                next.responder.fail(failure);
            }
        }
    }
}
