package io.firn.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A plugin of a Firn process: its jar is dropped into the broker's directory, later it is asked over the admin port. One
 * thread.
 */
public final class PluginDesk implements AutoCloseable {

    private final FirnProcess broker;
    private final String plugin;
    private final HttpClient http = HttpClient.newHttpClient();

    /** What was answered. */
    public record Reply(int status, String text) {}

    public PluginDesk(FirnProcess broker, String plugin) {
        this.broker = broker;
        this.plugin = plugin;
    }

    /** Drops the jar of a plugin, as it was packed by its module, where a broker with this directory looks for plugins. */
    public static void drop(Path brokerDirectory, String plugin) {
        Path jar =
                Path.of(System.getProperty("firn.it.target", "integration-tests/target"), "plugins", plugin + ".jar");
        try {
            Path plugins = Files.createDirectories(brokerDirectory.resolve("plugins"));
            Files.copy(jar, plugins.resolve(plugin + ".jar"));
        } catch (IOException e) {
            throw new UncheckedIOException("no " + jar + ": run 'mvn verify' from the root", e);
        }
    }

    /** Runs a command of the plugin, which must succeed, with alternating names and values. */
    public String run(String command, String... arguments) {
        Reply reply = attempt(command, arguments);
        assertThat(reply.status())
                .as(command + " -> " + reply.text() + broker.report())
                .isEqualTo(200);
        return reply.text();
    }

    /** Runs a command of the plugin. */
    public Reply attempt(String command, String... arguments) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < arguments.length; i += 2) {
            json.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(arguments[i])
                    .append("\":\"")
                    .append(arguments[i + 1])
                    .append('"');
        }
        return call("POST", "/-/command/" + command, "{" + json + "}");
    }

    /** Calls a path below {@code /v1/plugins/<plugin>}. */
    public Reply call(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/plugins/" + plugin + path))
                .timeout(Duration.ofMinutes(1))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return send(request);
    }

    /** A page of the admin port, such as {@code /metrics}. */
    public Reply page(String path) {
        return send(
                HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(1)).build());
    }

    private URI uri(String path) {
        return URI.create("http://" + broker.admin() + path);
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<String> answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Reply(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(request + broker.report(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
