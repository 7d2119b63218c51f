package io.firn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Firn's admin port says. One thread. */
final class AdminPages implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"([A-Z]+)\"");
    private static final Pattern LAG = Pattern.compile("\"dispatchLag\"\\s*:\\s*(\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    AdminPages(int port) {
        this.port = port;
    }

    /** A port that was free just now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchException("no free port", e);
        }
    }

    /** Waits until a plugin is in this state. */
    void awaitState(String plugin, String state) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String seen = "unknown";
        while (!seen.equals(state)) {
            if (System.nanoTime() > deadline) {
                throw new BenchException("plugin " + plugin + " is " + seen + " after " + LIMIT.toSeconds() + " s");
            }
            Pause.millis(10);
            Matcher found = STATE.matcher(ask("GET", "/v1/plugins/" + plugin));
            seen = found.find() ? found.group(1) : "unknown";
        }
    }

    /** Switches a plugin; {@code verb} is enable or disable. */
    void turn(String plugin, String verb) {
        ask("POST", "/v1/plugins/" + plugin + "/-/" + verb);
        awaitState(plugin, verb.equals("enable") ? "ACTIVE" : "DISABLED");
    }

    /** Bytes of the log that consumers do not see yet. */
    long dispatchLag() {
        String page = ask("GET", "/health");
        Matcher lag = LAG.matcher(page);
        if (!lag.find()) {
            throw new BenchException("no dispatchLag in " + page);
        }
        return Long.parseLong(lag.group(1));
    }

    private String ask(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new BenchException(method + " " + path + " on the admin port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
