package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {

    private static final int LONG_MS = 60_000;
    private static final int SHORT_MS = 200;

    private HttpServer server;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        proxy = FaultProxy.to("127.0.0.1", server.getAddress().getPort());
    }

    @AfterEach
    void close() {
        proxy.close();
        server.stop(0);
    }

    @Test
    void letsEverythingThrough() throws IOException {
        assertThat(get(LONG_MS)).isEqualTo("ok");
    }

    @Test
    void isSlowUntilItIsHealed() throws IOException {
        proxy.delay(Duration.ofMillis(LONG_MS));
        assertThatThrownBy(() -> get(SHORT_MS)).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();
        assertThat(get(LONG_MS)).isEqualTo("ok");
    }

    @Test
    void isSilentUntilItIsHealed() throws IOException {
        proxy.hang();
        assertThatThrownBy(() -> get(SHORT_MS)).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();
        assertThat(get(LONG_MS)).isEqualTo("ok");
    }

    @Test
    void isDeadUntilItIsHealed() throws IOException {
        proxy.cut();
        assertThatThrownBy(() -> get(LONG_MS)).isInstanceOf(IOException.class);

        proxy.heal();
        assertThat(get(LONG_MS)).isEqualTo("ok");
    }

    private String get(int timeoutMs) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + proxy.port() + "/").toURL().openConnection();
        connection.setReadTimeout(timeoutMs);
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
