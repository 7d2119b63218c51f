package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.config.ConfigSchema;
import io.firn.broker.plugin.config.Settings;
import io.firn.broker.plugin.context.Faults;
import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.desk.OperatorDesk.Answer;
import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.spi.admin.AdminCaller;
import io.firn.spi.admin.HttpCall;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.config.ConfigException;
import io.firn.spi.contract.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls commands and routes on threads of their plugin and waits for them, on the admin pool, whose threads may wait.
 * Whatever a plugin throws becomes an answer. Any thread.
 */
final class PluginCalls {

    private static final Logger LOG = LoggerFactory.getLogger(PluginCalls.class);
    private static final int BAD_REQUEST = 400;
    private static final int FAILED = 500;
    private static final int BUSY = 503;
    private static final int LATE = 504;

    private final Clock clock;
    private final Duration limit;
    /** Calls that have begun and not ended. */
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    PluginCalls(Clock clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** One call; equal to itself only. */
    private static final class Running {

        private final Registered called;
        private final CompletableFuture<Answer> result = new CompletableFuture<>();

        Running(Registered called) {
            this.called = called;
        }
    }

    <A extends Record> Answer command(Registered.Command<A> command, byte[] arguments, Asker asker) {
        A bound;
        try {
            Settings given = Settings.given("command " + command.spec().name(), arguments(arguments));
            bound = ConfigSchema.of(command.spec().args()).bind(given);
        } catch (ConfigException | RequestException e) {
            return Answer.error(BAD_REQUEST, String.valueOf(e.getMessage()));
        }
        Deadline deadline = Deadline.after(limit, clock::nanos);
        return call(command, () -> {
            Object value = command.command().run(bound, new Caller(asker, deadline));
            return Answer.json(200, PlainValue.of(value));
        });
    }

    /** A JSON object as texts; none for no body. */
    static Map<String, String> arguments(byte[] body) {
        Map<String, String> texts = new HashMap<>();
        if (body.length > 0) {
            Map<?, ?> given = Json.decode(body, Map.class);
            given.forEach((key, value) -> texts.put(String.valueOf(key), text(value)));
        }
        return texts;
    }

    private static String text(Object value) {
        return value instanceof Collection<?> all
                ? String.join(",", all.stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }

    Answer route(Registered.Route route, Map<String, String> variables, OperatorDesk.Ask ask, Asker asker) {
        Deadline deadline = Deadline.after(limit, clock::nanos);
        HttpCall call = new Call(variables, ask, new Caller(asker, deadline));
        return call(route, () -> answer(route.owner(), route.handler().handle(call)));
    }

    private Answer answer(PluginRef owner, HttpReply reply) {
        return switch (reply) {
            case HttpReply.Json(int status, Object value) -> Answer.json(status, PlainValue.of(value));
            case HttpReply.Text(int status, String type, String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                yield new Answer(status, type + "; charset=utf-8", out -> out.write(bytes));
            }
            case HttpReply.Stream(int status, String type, HttpReply.Writer writer) ->
                new Answer(status, type, out -> StreamedBody.write(owner, writer, out));
        };
    }

    private Answer call(Registered called, Callable<Answer> work) {
        PluginRef owner = called.owner();
        Running one = new Running(called);
        running.add(one);
        try {
            owner.threads().execute(() -> run(one, work));
            return one.result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            running.remove(one);
            LOG.debug("{} of {} is not called", called.label(), owner, e);
            return Answer.error(BUSY, "plugin " + owner.id() + " is busy or stopping");
        } catch (TimeoutException e) {
            LOG.warn("{} of plugin {} did not answer within {}", called.label(), owner, limit);
            return Answer.error(LATE, "plugin " + owner.id() + " did not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.error(BUSY, "the broker stops");
        }
    }

    private void run(Running one, Callable<Answer> work) {
        Registered called = one.called;
        try {
            one.result.complete(work.call());
        } catch (IllegalArgumentException e) {
            one.result.complete(Answer.error(BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (Throwable e) { // a guard: what a plugin throws ends here
            LOG.error("{} of plugin {} failed", called.label(), called.owner(), e);
            one.result.complete(Answer.error(FAILED, "plugin " + called.owner().id() + ": " + e));
            Faults.tell(called.owner(), called.label(), e);
        } finally {
            running.remove(one);
        }
    }

    /** Waits for calls of these; those still running at the deadline. */
    @SuppressWarnings("ReferenceEquality") // equal registrations are not the same one
    List<String> awaitQuiet(Collection<Registered> all, Deadline deadline) {
        List<String> stuck = new ArrayList<>();
        for (Running one : running) {
            if (all.stream().anyMatch(gone -> gone == one.called)) {
                try {
                    one.result.get(deadline.remainingNs(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException | ExecutionException e) {
                    LOG.debug("waiting for {}", one.called.label(), e);
                    stuck.add(one.called.label());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    stuck.add(one.called.label());
                }
            }
        }
        return stuck;
    }

    private record Caller(Asker asker, Deadline deadline) implements AdminCaller {

        @Override
        public Optional<String> user() {
            return Optional.ofNullable(asker.user());
        }

        @Override
        public String origin() {
            return asker.origin();
        }
    }

    private record Call(Map<String, String> variables, OperatorDesk.Ask ask, AdminCaller caller) implements HttpCall {

        @Override
        public String variable(String name) {
            String value = variables.get(name);
            if (value == null) {
                throw new IllegalArgumentException(
                        "the route has no variable " + name + ", only " + variables.keySet());
            }
            return value;
        }

        @Override
        public Optional<String> query(String name) {
            return Optional.ofNullable(ask.query().get(name));
        }

        @Override
        public Optional<String> header(String name) {
            String key = name.toLowerCase(Locale.ROOT);
            if (key.equals("authorization") && caller.user().isPresent()) {
                return Optional.empty(); // an operator's token is for the broker, not for a plugin and its log
            }
            return Optional.ofNullable(ask.headers().get(key));
        }

        @Override
        public byte[] body() {
            return ask.body().clone();
        }
    }
}
