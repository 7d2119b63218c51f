package io.firn.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.BindException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server for operators and their tools: {@code /}, {@code /health}, {@code /metrics} and areas of others. Pages are rendered on
 * a small pool whose threads end when nobody asks. Requests that do not come or are not read in time are cut off.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private static final int THREADS = 8;
    private static final int QUEUE_LIMIT = 64;
    private static final int BACKLOG = 64;
    private static final int NO_BODY = -1;

    /**
     * The JDK's server has its limits in system properties; ours hold unless the operator has set others. Rendering counts
     * as responding, and commands of plugins may take 30 s.
     */
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "45",
            "jdk.httpserver.maxConnections", "256");

    private final HttpServer server;
    private final WorkerPool pool;
    private final Map<String, AdminPage> pages;
    private final Map<String, HttpArea> areas;

    private AdminServer(HttpServer server, WorkerPool pool, Map<String, AdminPage> pages, Map<String, HttpArea> areas) {
        this.server = server;
        this.pool = pool;
        this.pages = pages;
        this.areas = Map.copyOf(areas);
    }

    /**
     * Binds and serves; also adds the metrics of the process and of the distance between positions.
     *
     * @throws BindException when the port cannot be had
     */
    public static AdminServer open(AdminConfig config, Metrics metrics, Health health, LogPositions positions) {
        return open(config, metrics, health, positions, Map.of());
    }

    /** The same with areas, path to who answers; a path begins with a slash and does not end with one. */
    public static AdminServer open(
            AdminConfig config, Metrics metrics, Health health, LogPositions positions, Map<String, HttpArea> areas) {
        JvmMetrics.addTo(metrics);
        positions.addTo(metrics);
        LIMITS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value);
            }
        });
        HttpServer http = bind(config);
        AdminServer admin = new AdminServer(
                http,
                WorkerPool.open("firn-admin-http", THREADS, QUEUE_LIMIT),
                Map.of(
                        "/", new IndexPage(),
                        "/health", new HealthPage(health, positions),
                        "/metrics", new MetricsPage(metrics)),
                areas);
        http.setExecutor(admin.pool);
        http.createContext("/", admin::handle);
        http.start();
        return admin;
    }

    private static HttpServer bind(AdminConfig config) {
        InetSocketAddress address = new InetSocketAddress(config.bindAddress(), config.port());
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            String where = "admin port " + config.port() + " on "
                    + config.bindAddress().getHostAddress();
            throw new BindException(
                    where + " cannot be listened on (" + e.getMessage() + "): stop the other process or set "
                            + AdminConfig.PORT_KEY + " or bindAddress",
                    e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Unbinds, cuts off what is not answered yet, and ends the pool. */
    @Override
    public void close() {
        try (Closer closer = new Closer()) {
            closer.add(pool);
            closer.add(() -> server.stop(0));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            for (Map.Entry<String, HttpArea> area : areas.entrySet()) {
                if (AreaExchange.belongs(exchange, area.getKey())) {
                    AreaExchange.serve(exchange, area.getKey(), area.getValue());
                    return;
                }
            }
            AdminPage.Content content = contentFor(exchange);
            send(exchange, content);
        }
    }

    /** A page that fails is a bug of a metric or a probe: it is logged and told, like any failing request. */
    private AdminPage.Content contentFor(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return AdminPage.Content.text(HttpURLConnection.HTTP_BAD_METHOD, "only GET and HEAD are served here\n");
        }
        String path = exchange.getRequestURI().getPath();
        AdminPage page = path == null ? null : pages.get(path);
        if (page == null) {
            return AdminPage.Content.text(
                    HttpURLConnection.HTTP_NOT_FOUND,
                    "no such page; there are "
                            + pages.keySet().stream().sorted().toList() + "\n");
        }
        try {
            return page.render(accepted(exchange));
        } catch (RuntimeException e) {
            LOG.error("page {} failed", path, e);
            return AdminPage.Content.text(HttpURLConnection.HTTP_INTERNAL_ERROR, "this page failed: " + e + "\n");
        }
    }

    private static @Nullable String accepted(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Accept");
    }

    private static void send(HttpExchange exchange, AdminPage.Content content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", content.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        byte[] body = content.body();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(content.status(), NO_BODY);
            return;
        }
        exchange.sendResponseHeaders(content.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
