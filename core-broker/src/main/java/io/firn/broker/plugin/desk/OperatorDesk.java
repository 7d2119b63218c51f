package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.Json;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.contract.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code /v1/plugins}: the list, one plugin, {@code /<id>/-/...} for what the host does with it, and
 * below {@code /<id>} the routes it has added. Any thread.
 */
public final class OperatorDesk implements RegistrationSink {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final AuditLog audit;
    private final PluginCalls calls;
    private final List<Registered> registered = new CopyOnWriteArrayList<>();
    private volatile @Nullable PluginHost host;
    private volatile Function<String, List<String>> chains = topic -> List.of();

    public OperatorDesk(Clock clock, AuditLog audit) {
        this.audit = audit;
        this.calls = new PluginCalls(clock, LIMIT);
    }

    /**
     * One request.
     *
     * @param rest path after {@code /v1/plugins}
     */
    public record Ask(
            String method,
            String rest,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body,
            String origin) {}

    /** What is answered. */
    public record Answer(int status, String type, Body body) {

        static Answer json(int status, @Nullable Object value) {
            byte[] bytes = value == null
                    ? "null\n".getBytes(StandardCharsets.UTF_8)
                    : Json.pretty(value).getBytes(StandardCharsets.UTF_8);
            return new Answer(status, "application/json", out -> out.write(bytes));
        }

        static Answer error(int status, String message) {
            return json(status, Map.of("error", message));
        }
    }

    /** Writes an answer's bytes. */
    @FunctionalInterface
    public interface Body {

        void writeTo(OutputStream out) throws IOException;
    }

    /** From now on the host is asked; before, there are no plugins. {@code chains} gives the hooks of a topic in order. */
    public void serve(PluginHost opened, Function<String, List<String>> hookChains) {
        host = opened;
        chains = hookChains;
    }

    @Override
    public void add(List<Registered> all) {
        registered.addAll(all);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equal registrations are not the same one
    public List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
        registered.removeIf(one -> all.stream().anyMatch(gone -> gone == one));
        return calls.awaitQuiet(all, deadline);
    }

    /** Answers; never throws for what a client or plugin does wrong. */
    public Answer answer(Ask ask) {
        PluginHost running = host;
        if (running == null) {
            return Answer.error(503, "the plugins are still starting");
        }
        List<String> path = List.of(ask.rest().replaceFirst("^/+", "").split("/+", -1));
        try {
            if (path.getFirst().isEmpty()) {
                return Answer.json(200, running.status());
            }
            if (path.size() > 1 && path.get(0).equals("-") && path.get(1).equals("chain")) {
                String topic = ask.query().getOrDefault("topic", "");
                return Answer.json(200, Map.of("topic", topic, "hooks", chains.apply(topic)));
            }
            return ofPlugin(running, path, ask);
        } catch (PluginException e) {
            return Answer.error(CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private Answer ofPlugin(PluginHost running, List<String> path, Ask ask) {
        String id = path.getFirst();
        PluginStatus status = running.status().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElse(null);
        if (status == null) {
            return Answer.error(NOT_FOUND, "there is no plugin " + id);
        }
        if (path.size() == 1) {
            return Answer.json(200, status);
        }
        if (path.get(1).equals("-")) {
            return ofHost(running, id, List.copyOf(path.subList(2, path.size())), ask);
        }
        String rest = ask.rest().substring(ask.rest().indexOf(id) + id.length());
        for (Registered one : registered) {
            if (one instanceof Registered.Route route
                    && one.owner().id().equals(id)
                    && route.route().method().name().equals(ask.method())) {
                Map<String, String> variables = PathPattern.match(route.route().path(), rest);
                if (variables != null) {
                    return calls.route(route, variables, ask);
                }
            }
        }
        return Answer.error(NOT_FOUND, "plugin " + id + " has no route " + ask.method() + " " + rest);
    }

    private Answer ofHost(PluginHost running, String id, List<String> verb, Ask ask) {
        String what = ask.method() + " " + String.join("/", verb);
        if (verb.size() == 2 && what.startsWith("POST command/")) {
            return command(id, verb.get(1), ask.body(), ask.origin());
        }
        return switch (what) {
            case "POST enable" -> changed(running, id, "enable", ask.origin());
            case "POST disable" -> changed(running, id, "disable", ask.origin());
            case "POST reload" -> Answer.json(200, Map.of("outcome", await(running.reload(id))));
            case "GET config" -> Answer.json(200, running.explain(id));
            case "GET commands" -> Answer.json(200, commands(id));
            default -> Answer.error(NOT_FOUND, "the host does not know " + what + " for a plugin");
        };
    }

    private Answer changed(PluginHost running, String id, String verb, String origin) {
        audit.note(id, "operator at " + origin + " asks: " + verb);
        List<PluginStatus> after = await(verb.equals("enable") ? running.enable(id) : running.disable(id));
        return Answer.json(
                200,
                after.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null));
    }

    private List<Map<String, String>> commands(String id) {
        return registered.stream()
                .filter(one -> one.owner().id().equals(id))
                .filter(Registered.Command.class::isInstance)
                .map(Registered.Command.class::cast)
                .map(one -> Map.of(
                        "name",
                        one.spec().name(),
                        "help",
                        one.spec().help(),
                        "effect",
                        one.spec().effect().name()))
                .toList();
    }

    /** Runs a plugin's command with a JSON object of texts as arguments. */
    Answer command(String id, String name, byte[] arguments, String origin) {
        for (Registered one : registered) {
            if (one instanceof Registered.Command<?> command
                    && one.owner().id().equals(id)
                    && command.spec().name().equals(name)) {
                if (command.spec().effect() == Effect.CHANGES) {
                    audit.note(one.owner().label(), "operator at " + origin + " runs: " + name);
                }
                return calls.command(command, arguments, origin);
            }
        }
        return Answer.error(NOT_FOUND, "plugin " + id + " has no command " + name);
    }

    /** Waits on the admin pool, whose threads may: a change takes as long as the plugin's start or stop may take. */
    private static <T> T await(CompletableFuture<T> change) {
        try {
            return change.get(10, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException refused) {
                throw refused;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new PluginException("it is not done after 10 minutes; look at the log", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("the broker stops", e);
        }
    }
}
