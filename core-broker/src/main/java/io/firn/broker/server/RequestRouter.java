package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request table: which handler serves a code, and on which thread. Immutable once built; called on io threads.
 * Whatever a handler throws becomes an error reply here, and nowhere else.
 */
public final class RequestRouter implements RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RequestRouter.class);

    private final Map<Integer, Route> routes;
    private final Set<Integer> notOnSecondPort;
    private final CodeTable<Route> table;
    private final Patience patience;

    private RequestRouter(Map<Integer, Route> routes, Set<Integer> notOnSecondPort, Patience patience) {
        this.routes = routes;
        this.patience = patience;
        this.notOnSecondPort = notOnSecondPort;
        this.table = new CodeTable<>(routes);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A table that knows no code: every request is answered with REQUEST_CODE_NOT_SUPPORTED. */
    public static RequestRouter empty() {
        return builder().build();
    }

    /** Calls the handler of the request's code, or hands an owned copy of the request to its pool. Never throws. */
    @Override
    public Reply handle(RemotingCommand request, Connection connection) {
        Route route = table.find(request.code());
        if (route == null) {
            return ErrorReplies.unsupported(request.code());
        }
        if (route.pool() == null) {
            return guarded(route.handler(), request, connection);
        }
        return queue(route, route.pool(), request.detach(), connection);
    }

    /** As {@link #handle} for a request that came this long ago and could not be looked at until now. Never throws. */
    Reply handleHeld(RemotingCommand request, Connection connection, long heldNanos) {
        Route route = table.find(request.code());
        return route != null && heldNanos > route.limitNanos()
                ? ErrorReplies.of(patience.stale(heldNanos, 0))
                : handle(request, connection);
    }

    /** The codes that have a handler. */
    Set<Integer> codes() {
        return routes.keySet();
    }

    /** The table for the second port: the same without the codes that only the first one serves. */
    RequestRouter secondPort() {
        Map<Integer, Route> remaining = new TreeMap<>(routes);
        remaining.keySet().removeAll(notOnSecondPort);
        return new RequestRouter(remaining, Set.of(), patience);
    }

    private Reply queue(Route route, Executor pool, RemotingCommand owned, Connection connection) {
        Responder responder = connection.responder(owned);
        try {
            patience.give(pool, route.limitNanos(), responder, () -> serve(route.handler(), owned, responder));
            return Reply.LATER;
        } catch (RuntimeException e) {
            responder.release();
            return refused("request " + owned.code(), e);
        }
    }

    /** Serves an owned request, whose answer goes to its responder. */
    static void serve(RequestHandler handler, RemotingCommand owned, Responder responder) {
        if (guarded(handler, owned, responder.connection()) instanceof Reply.Now answer) {
            responder.reply(answer);
        } else {
            responder.release();
        }
    }

    /** Catch-all of the request table: a handler's bug must not end a connection or a pool thread. */
    private static Reply guarded(RequestHandler handler, RemotingCommand request, Connection connection) {
        try {
            return Objects.requireNonNull(handler.handle(request, connection), "handler returned null");
        } catch (Throwable e) {
            return refused("request " + request.code(), e);
        }
    }

    /** The same for an answer that is computed after its handler returned. */
    static Reply.Now guarded(Supplier<? extends Reply.Now> computed) {
        try {
            return computed.get();
        } catch (Throwable e) {
            return refused("answering later", e);
        }
    }

    /** The same for work that goes on later: what it throws is the answer, unless there is one already. */
    static void goOn(Runnable work, Runnable giveBack, Responder responder) {
        try {
            work.run();
        } catch (Throwable e) {
            Reply.Now answer = refused("going on later", e);
            if (responder.isAnswered()) {
                LOG.error("going on failed after the answer was given", e);
            } else {
                try {
                    giveBack.run();
                } finally {
                    responder.reply(answer);
                }
            }
        }
    }

    private static Reply.Now refused(String what, Throwable cause) {
        if (!ErrorReplies.isExpected(cause)) {
            LOG.error("{} failed", what, cause);
        }
        return ErrorReplies.of(cause);
    }

    /** One line of the table; without a pool the io thread serves. */
    private record Route(RequestHandler handler, @Nullable Executor pool, long limitNanos) {
        Route within(long limit) {
            return new Route(handler, pool, limit);
        }
    }

    /** Collects the lines of the table. One thread, at wiring. */
    public static final class Builder {

        private final Map<Integer, Route> routes = new TreeMap<>();
        private final Set<Integer> notOnSecondPort = new HashSet<>();
        private Patience patience = Patience.ENDLESS;

        private Builder() {}

        /** Serves the code on the io thread that read it: the handler must not block. */
        public Builder route(int code, RequestHandler handler) {
            return add(code, new Route(handler, null, Long.MAX_VALUE));
        }

        /** Serves the code on a pool, which bounds how many wait; full is answered with SYSTEM_BUSY. */
        public Builder route(int code, Executor pool, RequestHandler handler) {
            return add(code, new Route(handler, pool, Long.MAX_VALUE));
        }

        /** Codes that the second port (listenPort − 2) answers as unsupported. */
        public Builder notOnSecondPort(int... codes) {
            for (int code : codes) {
                notOnSecondPort.add(code);
            }
            return this;
        }

        /** How long requests wait; without this, for ever. */
        public Builder patience(Patience limits) {
            patience = limits;
            return this;
        }

        public RequestRouter build() {
            Map<Integer, Route> limited = new TreeMap<>();
            routes.forEach((code, route) -> limited.put(code, route.within(patience.limitNanos(code, route.pool()))));
            return new RequestRouter(limited, Set.copyOf(notOnSecondPort), patience);
        }

        private Builder add(int code, Route route) {
            if (routes.putIfAbsent(code, route) != null) {
                throw new IllegalArgumentException("request code " + code + " has two handlers");
            }
            return this;
        }
    }
}
