package io.firn.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One exchange of the JDK's server as a call of an area, and the answer back. On the admin pool. */
final class AreaExchange {

    private static final Logger LOG = LoggerFactory.getLogger(AreaExchange.class);
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int TOO_LARGE = 413;

    private AreaExchange() {}

    static boolean belongs(HttpExchange exchange, String path) {
        String asked = exchange.getRequestURI().getPath();
        return asked != null && (asked.equals(path) || asked.startsWith(path + "/"));
    }

    static void serve(HttpExchange exchange, String path, HttpArea area) throws IOException {
        HttpArea.Answer answer = answer(exchange, path, area);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (answer.status() == HttpURLConnection.HTTP_UNAUTHORIZED) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        // 0: chunked, because a body may be as long as it likes
        exchange.sendResponseHeaders(answer.status(), 0);
        try (OutputStream out = exchange.getResponseBody()) {
            answer.body().writeTo(out);
        }
    }

    private static HttpArea.Answer answer(HttpExchange exchange, String path, HttpArea area) throws IOException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && exchange.getRequestHeaders().getFirst("Origin") != null) {
            return text(
                    HttpURLConnection.HTTP_FORBIDDEN,
                    "a web page may not change this broker: the request has an Origin header\n");
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MAX_BODY_BYTES + 1);
        }
        if (body.length > MAX_BODY_BYTES) {
            return text(TOO_LARGE, "the body has more than " + MAX_BODY_BYTES + " bytes\n");
        }
        URI uri = exchange.getRequestURI();
        String rest = uri.getPath().substring(path.length());
        try {
            return area.answer(new HttpArea.Call(
                    method,
                    rest,
                    parameters(uri.getRawQuery()),
                    headers(exchange),
                    body,
                    exchange.getRemoteAddress().getAddress().getHostAddress()));
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", method, uri, e);
            return text(HttpURLConnection.HTTP_INTERNAL_ERROR, "this request failed: " + e + "\n");
        }
    }

    private static HttpArea.Answer text(int status, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new HttpArea.Answer(status, "text/plain; charset=utf-8", out -> out.write(bytes));
    }

    private static Map<String, String> headers(HttpExchange exchange) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return headers;
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                parameters.putIfAbsent(decoded(name), decoded(value));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            LOG.debug("a query with a broken escape: {}", text, e);
            return text;
        }
    }
}
