package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.plugin.config.ConfigSchema;
import io.firn.broker.plugin.config.Explained;
import io.firn.broker.plugin.config.Settings;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Nearest;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.contract.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Everything under {@code /v1/plugins}: the list, one plugin, {@code /<id>/-/...} for what the host does with it, and
 * below {@code /<id>} the routes it has added. Any thread.
 */
public final class OperatorDesk implements RegistrationSink {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(25);
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final String BEARER = "Bearer ";

    private final AuditLog audit;
    private final PluginCalls calls;
    private final Operators operators;
    private final List<Registered> registered = new CopyOnWriteArrayList<>();
    private volatile @Nullable PluginHost host;
    private final Levers levers;

    /** A desk for these operators, whose levers act on {@code plane}; until {@link #serve} there are no plugins. */
    public OperatorDesk(Operators operators, Clock clock, AuditLog audit, DataPlane plane) {
        this.operators = operators;
        this.audit = audit;
        this.levers = new Levers(plane);
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
            String origin) {

        /** With the token of {@code Authorization: Bearer <token>} (RFC 6750). */
        Operators.Claim claim() {
            String given = headers.getOrDefault("authorization", "").trim();
            boolean bearer = given.regionMatches(true, 0, BEARER, 0, BEARER.length());
            return new Operators.Claim(
                    origin, bearer ? given.substring(BEARER.length()).trim() : "");
        }
    }

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

    /** From now on the host is asked; before, there are no plugins. */
    public void serve(PluginHost opened) {
        host = opened;
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
            return switch (operators.admit(ask.claim(), Permission.needed(ask.method(), path))) {
                case Operators.Refused(int status, String why) -> Answer.error(status, why);
                case Operators.Admitted(Asker asker) -> answer(running, path, ask, asker);
            };
        } catch (PluginException e) {
            return Answer.error(CONFLICT, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | RequestException e) {
            return Answer.error(BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private Answer answer(PluginHost running, List<String> path, Ask ask, Asker asker) {
        if (path.getFirst().isEmpty()) {
            return Answer.json(200, running.status());
        }
        if (path.getFirst().equals("-")) {
            return ofAll(running, ask.method() + " " + String.join("/", path.subList(1, path.size())), ask);
        }
        return ofPlugin(running, path, ask, asker);
    }

    private Answer ofAll(PluginHost running, String what, Ask ask) {
        return switch (what) {
            case "GET chain" -> {
                String topic = ask.query().getOrDefault("topic", "");
                yield Answer.json(200, Map.of("topic", topic, "hooks", levers.chain(topic)));
            }
            case "GET host" -> Answer.json(200, HostPlaces.of(running.config()));
            default -> Answer.error(NOT_FOUND, "the host does not know " + what);
        };
    }

    private Answer ofPlugin(PluginHost running, List<String> path, Ask ask, Asker asker) {
        String id = path.getFirst();
        PluginStatus status = running.status().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElse(null);
        if (status == null) {
            return unknown(running, id);
        }
        if (path.size() == 1) {
            return Answer.json(200, status);
        }
        if (path.get(1).equals("-")) {
            return ofHost(running, id, List.copyOf(path.subList(2, path.size())), ask, asker);
        }
        String rest = ask.rest().substring(ask.rest().indexOf(id) + id.length());
        for (Registered one : registered) {
            if (one instanceof Registered.Route route
                    && one.owner().id().equals(id)
                    && route.route().method().name().equals(ask.method())) {
                Map<String, String> variables = PathPattern.match(route.route().path(), rest);
                if (variables != null) {
                    return calls.route(route, variables, ask, asker);
                }
            }
        }
        return Answer.error(NOT_FOUND, "plugin " + id + " has no route " + ask.method() + " " + rest);
    }

    private static Answer unknown(PluginHost running, String id) {
        List<String> ids = running.status().stream().map(PluginStatus::id).toList();
        return Answer.error(NOT_FOUND, "there is no plugin " + id + Nearest.hint(id, ids));
    }

    private Answer ofHost(PluginHost running, String id, List<String> verb, Ask ask, Asker asker) {
        String what = ask.method() + " " + String.join("/", verb);
        if (verb.size() == 2 && what.startsWith("POST command/")) {
            return command(id, verb.get(1), ask.body(), asker);
        }
        return switch (what) {
            case "POST enable" -> changed(running, id, "enable", asker);
            case "POST disable" -> changed(running, id, "disable", asker);
            case "POST reload" -> reloaded(running, id, asker);
            case "GET config" -> Answer.json(200, running.explain(id));
            case "GET commands" -> Answer.json(200, commands(id));
            case "GET dispatchers" -> levers.dispatchers(id);
            case "POST skip" -> levers.skip(id, ask.body(), asker);
            case "GET holds" -> levers.holds(id);
            case "POST break-hold" -> levers.breakHold(id, ask.body(), asker);
            default -> Answer.error(NOT_FOUND, "the host does not know " + what + " for a plugin");
        };
    }

    private Answer reloaded(PluginHost running, String id, Asker asker) {
        audit.note(id, asker.label() + " asks: reload");
        return Answer.json(200, Map.of("outcome", await(running.reload(id))));
    }

    private Answer changed(PluginHost running, String id, String verb, Asker asker) {
        audit.note(id, asker.label() + " asks: " + verb);
        List<PluginStatus> after = await(verb.equals("enable") ? running.enable(id) : running.disable(id));
        return Answer.json(
                200,
                after.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null));
    }

    /** A command for operators. */
    private record Shown(String name, String help, String effect, List<Explained> arguments) {

        static Shown of(CommandSpec<?> spec) {
            Settings none = Settings.given(spec.name(), Map.of());
            return new Shown(
                    spec.name(),
                    spec.help(),
                    spec.effect().name(),
                    ConfigSchema.of(spec.args()).explain(none));
        }
    }

    private List<Shown> commands(String id) {
        List<Shown> all = new ArrayList<>();
        for (Registered one : registered) {
            if (one instanceof Registered.Command<?> command && one.owner().id().equals(id)) {
                all.add(Shown.of(command.spec()));
            }
        }
        return all;
    }

    /** Runs a command of a plugin for tools that do not speak HTTP; answers like {@link #answer}. */
    Answer run(String id, String name, byte[] arguments, Operators.Claim claim) {
        PluginHost running = host;
        if (running == null) {
            return Answer.error(503, "the plugins are still starting");
        }
        boolean known = running.status().stream().anyMatch(one -> one.id().equals(id));
        return switch (operators.admit(claim, Permission.of(id, name))) {
            case Operators.Refused(int status, String why) -> Answer.error(status, why);
            case Operators.Admitted(Asker asker) -> known ? command(id, name, arguments, asker) : unknown(running, id);
        };
    }

    /** Runs a plugin's command with a JSON object of texts as arguments. */
    private Answer command(String id, String name, byte[] arguments, Asker asker) {
        for (Registered one : registered) {
            if (one instanceof Registered.Command<?> command
                    && one.owner().id().equals(id)
                    && command.spec().name().equals(name)) {
                if (command.spec().effect() == Effect.CHANGES) {
                    audit.note(one.owner().label(), asker.label() + " runs: " + name);
                }
                return calls.command(command, arguments, asker);
            }
        }
        List<String> names = commands(id).stream().map(Shown::name).toList();
        return Answer.error(NOT_FOUND, "plugin " + id + " has no command " + name + Nearest.hint(name, names));
    }

    /**
     * Waits on the admin pool, whose threads may, but not longer than the admin server lets an answer take: a change takes
     * as long as plugins may take to stop and start.
     */
    private static <T> T await(CompletableFuture<T> change) {
        try {
            return change.get(CHANGE_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException refused) {
                throw refused;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new PluginException(
                    "it is not done after " + CHANGE_LIMIT.toSeconds()
                            + " s and goes on in the broker: 'firn plugin info' tells how it ends",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException("the broker stops", e);
        }
    }
}
