package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RemotingClientTest {

    private static final int ECHO = 10;
    private static final int LATER = 11;
    private static final int PUSH = 40;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final byte[] NOTHING = {};

    private final BlockingQueue<Responder> kept = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> pushed = new LinkedBlockingQueue<>();
    private final RequestRouter router = RequestRouter.builder()
            .route(ECHO, (request, from) -> Reply.Now.ok(request.bodyBytes()))
            .route(LATER, (request, from) -> {
                kept.add(from.responder(request));
                return Reply.LATER;
            })
            .build();
    private final RequestRouter pushes = RequestRouter.builder()
            .route(PUSH, (request, from) -> {
                pushed.add(request.bodyLength());
                return Reply.Now.ok(request.bodyBytes());
            })
            .build();

    @Test
    void pipelinesCallsOverOneConnectionAndMatchesTheirAnswers() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            List<CompletableFuture<RemotingCommand>> calls = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                calls.add(client.call(address(fixture), ECHO, HeaderFields.NONE, bytesOf(i), LONG));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(calls.get(i).join().bodyBytes()).isEqualTo(bytesOf(i));
            }
            assertThat(fixture.connections()).hasSize(1);
        }
    }

    @Test
    void namesThePeerThatCannotBeReached() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            CallException failure = failureOf(client.call("127.0.0.1:" + free, ECHO, HeaderFields.NONE, NOTHING, LONG));
            assertThat(failure.failure()).isEqualTo(CallException.Failure.CONNECT);
            assertThat(failure).hasMessageStartingWith("cannot connect to 127.0.0.1:" + free + ": ");
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            for (String address : new String[] {"", "nonsense", "host:", ":1", "host:99999", "host:x", "127.0.0.1:0"}) {
                CallException failure = failureOf(client.call(address, ECHO, HeaderFields.NONE, NOTHING, LONG));
                assertThat(failure.failure()).isEqualTo(CallException.Failure.ADDRESS);
                assertThat(failure).hasMessageContaining("'" + address + "'");
            }
            CallException unknown =
                    failureOf(client.call("no-such-host.invalid:1", ECHO, HeaderFields.NONE, NOTHING, LONG));
            assertThat(unknown.failure()).isEqualTo(CallException.Failure.ADDRESS);
            assertThat(unknown).hasMessageContaining("no-such-host.invalid:1");
        }
    }

    @Test
    void resolvesHostNames() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            RemotingCommand answer = client.call(
                            "localhost:" + fixture.port(), ECHO, HeaderFields.NONE, bytesOf(5), LONG)
                    .join();
            assertThat(answer.bodyBytes()).isEqualTo(bytesOf(5));
        }
    }

    @Test
    void failsACallThatIsNotAnsweredInTimeAndLeavesASilentPeer() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            assertThat(client.call(address(fixture), ECHO, HeaderFields.NONE, NOTHING, LONG)
                            .join()
                            .code())
                    .isZero();
            Connection first = fixture.onlyConnection();
            CallException failure = failureOf(client.call(address(fixture), LATER, HeaderFields.NONE, NOTHING, SHORT));
            assertThat(failure.failure()).isEqualTo(CallException.Failure.TIMEOUT);
            assertThat(failure)
                    .hasMessage("request 11 to " + address(fixture) + ": no answer within " + SHORT.toMillis() + " ms");
            await().until(() -> !first.isOpen());
            assertThat(client.call(address(fixture), ECHO, HeaderFields.NONE, NOTHING, LONG)
                            .join()
                            .code())
                    .isZero();
        }
    }

    @Test
    void failsWaitingCallsWhenThePeerClosesAndConnectsAgain() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            CompletableFuture<RemotingCommand> waiting =
                    client.call(address(fixture), LATER, HeaderFields.NONE, NOTHING, LONG);
            await().until(() -> kept.size() == 1);
            fixture.onlyConnection().close("the test says so");
            assertThat(failureOf(waiting).failure()).isEqualTo(CallException.Failure.CLOSED);
            kept.remove().reply(Reply.Now.ok());
            await().until(() -> fixture.connections().isEmpty());
            fixture.server().close();
            fixture.reopen();
            assertThat(client.call(address(fixture), ECHO, HeaderFields.NONE, bytesOf(3), LONG)
                            .join()
                            .bodyBytes())
                    .isEqualTo(bytesOf(3));
        }
    }

    @Test
    void failsWaitingCallsWhenItIsClosed() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            RemotingClient client = client(fixture);
            CompletableFuture<RemotingCommand> waiting =
                    client.call(address(fixture), LATER, HeaderFields.NONE, NOTHING, LONG);
            await().until(() -> kept.size() == 1);
            client.close();
            assertThat(failureOf(waiting).failure()).isEqualTo(CallException.Failure.CLOSED);
            assertThat(failureOf(client.call(address(fixture), ECHO, HeaderFields.NONE, NOTHING, LONG))
                            .failure())
                    .isEqualTo(CallException.Failure.CLOSED);
        }
    }

    @Test
    void servesWhatThePeerAsksOnItsConnection() throws Exception {
        try (ServerFixture fixture = ServerFixture.open(router);
                RemotingClient client = client(fixture)) {
            assertThat(client.call(address(fixture), ECHO, HeaderFields.NONE, NOTHING, LONG)
                            .join()
                            .code())
                    .isZero();
            Connection connection = fixture.onlyConnection();
            connection.notify(PUSH, HeaderFields.NONE, new byte[17]);
            assertThat(pushed.poll(30, TimeUnit.SECONDS)).isEqualTo(17);
            assertThat(connection
                            .call(PUSH, HeaderFields.NONE, bytesOf(8), LONG)
                            .join()
                            .bodyBytes())
                    .isEqualTo(bytesOf(8));
            assertThat(connection
                            .call(4711, HeaderFields.NONE, NOTHING, LONG)
                            .join()
                            .code())
                    .isEqualTo(3);
        }
    }

    @Test
    void serverKeepsAClientThatLeavesItsCallsUnanswered() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            assertThat(client.ask(RawClient.request(ECHO, 1)).code()).isZero();
            ChannelConnection connection = fixture.onlyConnection();
            CompletableFuture<RemotingCommand> call = connection.call(307, HeaderFields.NONE, NOTHING, SHORT);
            RemotingCommand asked = client.receive();
            assertThat(asked.code()).isEqualTo(307);
            assertThat(asked.isResponse()).isFalse();
            assertThat(failureOf(call).failure()).isEqualTo(CallException.Failure.TIMEOUT);
            assertThat(client.ask(RawClient.request(ECHO, 2)).opaque()).isEqualTo(2);
        }
    }

    @Test
    void callOnAClosedConnectionFailsAtOnce() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            ChannelConnection connection;
            try (RawClient client = RawClient.connect(fixture.port())) {
                assertThat(client.ask(RawClient.request(ECHO, 1)).code()).isZero();
                connection = fixture.onlyConnection();
            }
            await().until(() -> !connection.isOpen());
            assertThat(failureOf(connection.call(307, HeaderFields.NONE, NOTHING, LONG))
                            .failure())
                    .isEqualTo(CallException.Failure.CLOSED);
        }
    }

    private RemotingClient client(ServerFixture fixture) {
        return RemotingClient.open(ClientConfig.defaults(), fixture.io(), pushes);
    }

    private static String address(ServerFixture fixture) {
        return "127.0.0.1:" + fixture.port();
    }

    private static CallException failureOf(CompletableFuture<RemotingCommand> call) {
        Throwable failure = call.handle((answer, thrown) -> thrown).join();
        assertThat(failure).isNotNull();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        assertThat(cause).isInstanceOf(CallException.class);
        return (CallException) cause;
    }

    private static byte[] bytesOf(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
