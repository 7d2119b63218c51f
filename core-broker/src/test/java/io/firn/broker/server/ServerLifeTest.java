package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerLifeTest {

    private static final int ECHO = 10;
    private static final int LATER = 11;

    private final BlockingQueue<Responder> kept = new LinkedBlockingQueue<>();
    private final RequestRouter router = RequestRouter.builder()
            .route(ECHO, (request, from) -> Reply.Now.ok(request.bodyBytes()))
            .route(LATER, (request, from) -> {
                kept.add(from.responder(request));
                return Reply.LATER;
            })
            .notOnSecondPort(LATER)
            .build();

    @Test
    void servesAPairOfPortsTheSecondWithoutTheExcludedCodes() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            assertThat(fixture.server().secondPort()).isEqualTo(fixture.port() - 2);
            try (RawClient client = RawClient.connect(fixture.server().secondPort())) {
                assertThat(client.ask(RawClient.request(ECHO, 1)).code()).isZero();
                assertThat(client.ask(RawClient.request(LATER, 2)).code()).isEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"NIO", "AUTO"})
    void saysWhichPortIsInUseAndLeavesNothingBound(Transport transport) throws Exception {
        try (IoThreads io = io(transport);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> open(io, "127.0.0.1", port, ServerConfig.Ports.ONE))
                    .isInstanceOf(BindException.class)
                    .hasMessage("port " + port
                            + " on 127.0.0.1 is already in use: stop the other process or set listenPort");
            assertThatThrownBy(() -> open(io, "127.0.0.1", port + 2, ServerConfig.Ports.PAIR))
                    .isInstanceOf(BindException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 (listenPort - 2) is already in use: "
                            + "stop the other process or set listenPort");
            // the JDK's selector lets go of a closed port at its next turn
            await().until(() -> canBind(port + 2));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"NIO", "AUTO"})
    void saysThatAnAddressIsNotThisMachines(Transport transport) {
        try (IoThreads io = io(transport)) {
            for (String address : new String[] {"192.0.2.1", "no-such-host.invalid"}) {
                assertThatThrownBy(() -> open(io, address, 0, ServerConfig.Ports.PAIR))
                        .isInstanceOf(BindException.class)
                        .hasMessage(address + " is no address of this machine: set bindAddress to one that is");
            }
        }
    }

    @Test
    void refusesAPortThatHasNoneTwoBelow() {
        assertThatThrownBy(() -> ServerConfig.from(new ConfigView(Map.of("listenPort", "2"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listenPort=2");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void usesEpollUnlessToldOtherwise() {
        assertThat(IoConfig.from(new ConfigView(Map.of())).transport().resolved())
                .isEqualTo(Transport.EPOLL);
        assertThat(Transport.NIO.resolved()).isEqualTo(Transport.NIO);
    }

    @Test
    void readsItsConfigurationWithRocketMqsKeys() {
        ServerConfig config = ServerConfig.from(new ConfigView(Map.of(
                "listenPort", "20911",
                "serverChannelMaxIdleTimeSeconds", "60",
                "writeBufferHighWaterMark", "2097152")));
        assertThat(config.bindAddress()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(20_911);
        assertThat(config.limits().idle()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.limits().highWaterBytes()).isEqualTo(2 << 20);
        assertThatThrownBy(() -> ConnectionLimits.from(new ConfigView(Map.of("writeBufferLowWaterMark", "9000000"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("writeBufferLowWaterMark=9000000");
    }

    @Test
    void closesIdleConnectionsAndKeepsThoseWithTraffic() {
        ManualClock clock = new ManualClock(0);
        try (ServerFixture fixture = ServerFixture.open(clock, router);
                RawClient silent = RawClient.connect(fixture.port());
                RawClient busy = RawClient.connect(fixture.port())) {
            assertThat(silent.ask(RawClient.request(ECHO, 1)).code()).isZero();
            assertThat(busy.ask(RawClient.request(ECHO, 1)).code()).isZero();
            awaitSweep(fixture);
            clock.advance(Duration.ofSeconds(100));
            assertThat(busy.ask(RawClient.request(ECHO, 2)).code()).isZero();
            awaitSweep(fixture);
            clock.advance(Duration.ofSeconds(30));
            silent.awaitEnd();
            await().until(() -> fixture.connections().size() == 1);
            assertThat(fixture.closes("idle")).isEqualTo(1);
            assertThat(busy.ask(RawClient.request(ECHO, 3)).code()).isZero();
            awaitSweep(fixture);
            clock.advance(Duration.ofMinutes(2));
            busy.awaitEnd();
            await().until(() -> fixture.connections().isEmpty());
        }
    }

    @Test
    void answersWhatWasAskedBeforeTheCloseAndThenEnds() {
        ServerFixture fixture = ServerFixture.open(router);
        try (RawClient client = RawClient.connect(fixture.port())) {
            client.send(RawClient.request(LATER, 1)).send(RawClient.request(LATER, 2));
            await().until(() -> kept.size() == 2);
            Thread closer = Thread.ofPlatform().start(fixture::close);
            await().until(() -> !canConnect(fixture.port()));
            kept.remove().reply(Reply.Now.ok(new byte[] {1}));
            kept.remove().reply(Reply.Now.ok(new byte[] {2}));
            RemotingCommand first = client.receive();
            assertThat(first.bodyBytes()).containsExactly(1);
            assertThat(client.receive().bodyBytes()).containsExactly(2);
            client.awaitEnd();
            await().until(() -> !closer.isAlive());
        }
    }

    @Test
    void doesNotWaitForAnswersThatNeverCome() {
        ServerFixture fixture = ServerFixture.open(router);
        try (RawClient client = RawClient.connect(fixture.port())) {
            client.send(RawClient.request(LATER, 1));
            await().until(() -> kept.size() == 1);
            Responder responder = kept.remove();
            fixture.close();
            client.awaitEnd();
            responder.reply(Reply.Now.ok());
            assertThat(responder.connection().isOpen()).isFalse();
            assertThat(responder.connection().pendingReplies()).isZero();
            assertThat(fixture.closes("shutdown")).isEqualTo(1);
        }
    }

    @Test
    void servesTheSamePortAgainAfterAClose() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            try (RawClient client = RawClient.connect(fixture.port())) {
                assertThat(client.ask(RawClient.request(ECHO, 1)).code()).isZero();
                fixture.server().close();
                client.awaitEnd();
                fixture.reopen();
            }
            try (RawClient client = RawClient.connect(fixture.port())) {
                assertThat(client.ask(RawClient.request(ECHO, 2)).code()).isZero();
            }
        }
    }

    @Test
    void tellsTheReasonOfAClosedConnectionAndRunsItsCallbacks() {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            assertThat(client.ask(RawClient.request(ECHO, 1)).code()).isZero();
            ChannelConnection connection = fixture.onlyConnection();
            connection.onClose(() -> events.add("before"));
            connection.close("the test says so");
            client.awaitEnd();
            await().until(() -> events.contains("before"));
            connection.onClose(() -> events.add("after"));
            await().until(() -> events.contains("after"));
            assertThat(events).containsExactly("before", "after");
            assertThat(fixture.closes("requested")).isEqualTo(1);
            assertThat(connection.isOpen()).isFalse();
        }
    }

    @Test
    void servesIpv6() {
        assumeTrue(hasIpv6(), "no IPv6 loopback here");
        BlockingQueue<Connection> seen = new LinkedBlockingQueue<>();
        RequestRouter remembering = RequestRouter.builder()
                .route(ECHO, (request, from) -> {
                    seen.add(from);
                    return Reply.Now.ok();
                })
                .build();
        try (IoThreads io = io(Transport.AUTO);
                RemotingServer server = RemotingServer.open(
                        ServerConfig.onePort("::1", 0, "port"), io, remembering, ConnectionListener.NONE);
                RemotingClient client = RemotingClient.open(ClientConfig.defaults(), io, RequestRouter.empty())) {
            RemotingCommand answer = client.call(
                            "[::1]:" + server.port(), ECHO, HeaderFields.NONE, new byte[0], Duration.ofSeconds(30))
                    .join();
            assertThat(answer.code()).isZero();
            assertThat(seen.remove().bornHost().isIpv6()).isTrue();
        }
    }

    private static IoThreads io(Transport transport) {
        return IoThreads.open(new IoConfig(1, transport, ServerFixture.SWEEP), Clock.system(), new Metrics());
    }

    private RemotingServer open(IoThreads io, String address, int port, ServerConfig.Ports ports) {
        ServerConfig config = new ServerConfig(address, port, "listenPort", ports, 16, ConnectionLimits.defaults());
        return RemotingServer.open(config, io, router, ConnectionListener.NONE);
    }

    /** At least one sweep of every io thread with connections comes before a later timer of that thread. */
    private static void awaitSweep(ServerFixture fixture) {
        for (Connection connection : fixture.connections()) {
            EventLoop loop = ((ChannelConnection) connection).channel().eventLoop();
            long delay = 3 * ServerFixture.SWEEP.toMillis();
            assertThat(loop.schedule(() -> true, delay, TimeUnit.MILLISECONDS)
                            .awaitUninterruptibly()
                            .getNow())
                    .isTrue();
        }
    }

    private static boolean canConnect(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean canBind(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
