package io.firn.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A bare socket to the broker, for what no client sends. One thread. */
public final class RawClient implements AutoCloseable {

    private static final int READ_LIMIT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private int opaque;

    public RawClient(HostPort address) {
        try {
            socket = new Socket();
            socket.connect(address.socketAddress(), READ_LIMIT_MS);
            socket.setSoTimeout(READ_LIMIT_MS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    /** Creates or changes a topic (request code 17); the broker has told its name server when this returns. */
    public static void createTopic(Sut sut, String topic, int queues) {
        try (RawClient client = new RawClient(sut.broker())) {
            RawFrame response = client.call(
                    17,
                    "topic",
                    topic,
                    "defaultTopic",
                    "TBW102",
                    "readQueueNums",
                    String.valueOf(queues),
                    "writeQueueNums",
                    String.valueOf(queues),
                    "perm",
                    "6",
                    "topicFilterType",
                    "SINGLE_TAG",
                    "topicSysFlag",
                    "0",
                    "order",
                    "false");
            assertThat(response.code()).as(response.header()).isZero();
        }
    }

    /** Waits until the name server gives the broker's address with the route of the template topic. */
    public static void awaitRegistered(HostPort nameServer, HostPort broker) {
        Awaitility.await("registration of " + broker + " with " + nameServer)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try (RawClient client = new RawClient(nameServer)) {
                        RawFrame response = client.call(105, "topic", "TBW102");
                        return new String(response.body(), StandardCharsets.UTF_8).contains(broker.toString());
                    }
                });
    }

    /** Sends a request without body and waits for its answer. */
    public RawFrame call(int code, String... fields) {
        return call(RawFrame.request(code, ++opaque, new byte[0], fields));
    }

    public RawFrame call(RawFrame request) {
        write(request.bytes());
        return read();
    }

    public void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawFrame read() {
        try {
            return RawFrame.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the broker to close the connection, whatever it says before. */
    public void awaitClosed() {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the broker did not close the connection", e);
        } catch (IOException reset) {
            assertThat(reset).hasMessageMatching(".*(reset|closed|[Bb]roken).*");
        }
    }

    /** Waits for an error answer or for the end of the connection: both refuse. */
    public void awaitClosedOrError() {
        try {
            assertThat(RawFrame.read(in).code()).isNotZero();
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the broker neither answered nor closed the connection", e);
        } catch (IOException closed) {
            awaitClosed();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
