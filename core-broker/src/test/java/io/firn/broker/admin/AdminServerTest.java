package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.broker.admin.Health.Condition;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.Position;
import io.firn.broker.server.BindException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and metrics over HTTP. */
final class AdminServerTest {

    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private final LogPositions positions = new LogPositions(new Position(300), new Position(200), new Position(250));
    private final AdminServer server =
            AdminServer.open(new AdminConfig(InetAddress.getLoopbackAddress(), 0), metrics, health, positions);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    @Test
    void tellsThatAllIsWellAndHowFarTheLogIs() throws Exception {
        HttpResponse<String> answer = get("/health");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode json = new ObjectMapper().readTree(answer.body());
        assertThat(json.path("status").asText()).isEqualTo("UP");
        assertThat(json.path("reasons")).isEmpty();
        assertThat(json.path("positions").path("appended").asLong()).isEqualTo(300);
        assertThat(json.path("positions").path("flushLag").asLong()).isEqualTo(100);
        assertThat(json.path("positions").path("dispatchLag").asLong()).isEqualTo(50);
    }

    @Test
    void answers503OnlyWhenItDoesNotServe() throws Exception {
        health.report("disk", Condition.degraded("91 % full"));
        assertThat(get("/health").statusCode()).isEqualTo(200);

        health.report("log", Condition.down("can not be written"));
        HttpResponse<String> answer = get("/health");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(new ObjectMapper()
                        .readTree(answer.body())
                        .path("reasons")
                        .path(0)
                        .asText())
                .isEqualTo("log: can not be written");
    }

    @Test
    void rendersMetricsForPrometheus() throws Exception {
        metrics.counter("firn_test_things_total", "Things.").add(3);

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(answer.body())
                .contains("firn_test_things_total 3.0", "firn_admin_flush_lag_bytes 100.0")
                .contains("firn_admin_dispatch_lag_bytes 50.0")
                .containsPattern("firn_jvm_heap_used_bytes \\d")
                .containsPattern("firn_jvm_threads \\d")
                .containsPattern("firn_jvm_gc_collections_total \\d");
    }

    @Test
    void rendersOpenMetricsForWhoAcceptsThem() throws Exception {
        HttpResponse<String> answer = get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void hasAnIndexAndNamesThePagesThereAre() throws Exception {
        assertThat(get("/").body()).contains("/health", "/metrics");
        HttpResponse<String> missing = get("/healthz?x=1");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).contains("[/, /health, /metrics]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void servesNothingButReading(String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/metrics"))
                .method(method, HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                .build();

        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/health")).HEAD().build();

        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void saysWhenAPageFailsAndServesOn() throws Exception {
        health.watch("broken", () -> {
            throw new IllegalStateException("probe is broken");
        });

        HttpResponse<String> answer = get("/health");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("probe is broken");
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void servesOnAfterBytesThatAreNoRequest() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("\0\1\2 nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .doesNotContain("200 OK");
        }
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AdminConfig config = new AdminConfig(InetAddress.getLoopbackAddress(), taken.getLocalPort());

            assertThatThrownBy(() -> AdminServer.open(config, new Metrics(), health, positions))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("admin port " + taken.getLocalPort())
                    .hasMessageContaining("firn.admin.port");
        }
    }

    @Test
    void leavesNoPortAndNoThreadBehind() throws Exception {
        AdminServer other = AdminServer.open(
                new AdminConfig(InetAddress.getLoopbackAddress(), 0), new Metrics(), health, positions);
        int port = other.port();
        other.close();

        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
        }
        server.close();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("firn-admin-http")));
    }
}
