package io.firn.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What operators ask over HTTP. Any thread. */
final class AdminHttp {

    private static final int ERRORS = 400;
    private static final int TIMEOUT_MS = 60_000;

    private final String base;

    AdminHttp(String base) {
        this.base = base;
    }

    HttpAnswer call(String method, String path, String body) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(base + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            if (!body.isEmpty()) {
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < ERRORS ? connection.getInputStream() : connection.getErrorStream()) {
                String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return new HttpAnswer(status, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + base + path + " failed: " + e.getMessage(), e);
        }
    }

    /** Lines of the metrics page whose name is {@code name}, with or without {@code _total}. */
    List<String> metricLines(String name) {
        Pattern line = Pattern.compile(Pattern.quote(name) + "(_total)?(\\{.*)? .*");
        return call("GET", "/metrics", "")
                .text()
                .lines()
                .filter(one -> line.matcher(one).matches())
                .toList();
    }

    /** Names on the metrics page that begin so. */
    List<String> metricNames(String prefix) {
        return call("GET", "/metrics", "")
                .text()
                .lines()
                .filter(one -> one.startsWith(prefix))
                .map(one -> one.replaceFirst(" [^ ]*$", ""))
                .toList();
    }
}
