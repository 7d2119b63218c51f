package io.firn.broker.cli;

import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Asks a broker at its admin address. One thread. */
final class AdminClient implements AutoCloseable {

    /** The broker itself gives up after half a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final URI base;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** {@code token} proves who asks; empty for nobody. */
    AdminClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** JSON the broker has answered with. */
    record Answer(byte[] body) {

        /** The text as it came. */
        String text() {
            return new String(body, StandardCharsets.UTF_8).strip();
        }

        /** What it says. */
        <T> T as(Class<T> type) {
            try {
                return Json.decode(body, type);
            } catch (RequestException e) {
                throw new CommandFailure("what answers there is no Firn broker of this version: " + e.getMessage());
            }
        }
    }

    /** Asks for what is under {@code /v1/plugins}. */
    Answer get(String path) {
        return send(request(path).GET().build());
    }

    /** Has something done under {@code /v1/plugins}, with a JSON object. */
    Answer post(String path, Map<String, String> body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.encode(body)))
                .build());
    }

    /** Whether a broker answers there at all. */
    boolean isThere() {
        try {
            return get("/-/host").body().length > 0;
        } catch (CommandFailure.NoBroker e) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + "/v1/plugins" + path)).timeout(PATIENCE);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /** A part of a path. */
    static String escaped(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Answer send(HttpRequest request) {
        int status;
        byte[] body;
        try {
            var response = http.send(request, BodyHandlers.ofByteArray());
            status = response.statusCode();
            body = response.body();
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new CommandFailure.NoBroker(base);
        } catch (HttpTimeoutException e) {
            throw new CommandFailure("the broker at " + base + " has not answered for " + PATIENCE.toMinutes()
                    + " minutes: look at its log");
        } catch (IOException e) {
            throw new CommandFailure("the broker at " + base + " broke off: " + e.getMessage() + "; look at its log");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
        if (status != OK) {
            throw new CommandFailure(explained(status, body));
        }
        return new Answer(body);
    }

    private String explained(int status, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.startsWith("{")) {
            Object error = new Answer(body).as(Map.class).get("error");
            return error == null ? text : String.valueOf(error);
        }
        return status == NOT_FOUND
                ? "what answers at " + base + " has no plugins: is it the admin address of a Firn broker?"
                : "the broker at " + base + " answers " + status + ": " + text;
    }

    @Override
    public void close() {
        http.close();
    }
}
