package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.ResponseCode;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackPressureTest {

    private static final int PULL = 11;
    private static final int SMALL = 12;
    private static final int LATER = 13;
    private static final int MIB = 1 << 20;
    private static final int SLICES = 64;
    private static final int SLICE_BYTES = 16 * 1024;
    private static final int BODY_BYTES = SLICES * SLICE_BYTES;

    private final CountedBody.Ledger ledger = new CountedBody.Ledger();
    private final BlockingQueue<Responder> kept = new LinkedBlockingQueue<>();

    private final RequestRouter router = RequestRouter.builder()
            .route(PULL, (request, from) -> found(SLICES, SLICE_BYTES))
            .route(SMALL, (request, from) -> found(50, 100))
            .route(LATER, (request, from) -> {
                kept.add(from.responder(request));
                return Reply.LATER;
            })
            .build();

    @AfterEach
    void everyBodyIsClosedOnce() {
        assertThat(ledger.opened()).isPositive();
        assertThat(ledger.isBalanced()).isTrue();
        ledger.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"NIO", "AUTO"})
    void slowReaderGetsEveryByteIntactAndInOrder(Transport transport) {
        try (ServerFixture fixture = ServerFixture.open(transport, ServerFixture.tightLimits(), router);
                RawClient client = RawClient.connect(fixture.port(), 32 * 1024)) {
            int count = 40;
            for (int i = 0; i < count; i++) {
                client.send(RawClient.request(i % 2 == 0 ? PULL : SMALL, i));
            }
            await().until(() -> fixture.connections().size() == 1);
            ChannelConnection connection = fixture.onlyConnection();
            await().until(() -> connection.output().isCongested());
            for (int i = 0; i < count; i++) {
                RemotingCommand answer = client.receive();
                assertThat(answer.opaque()).isEqualTo(i);
                assertPattern(answer.bodyBytes(), i % 2 == 0 ? BODY_BYTES : 5000);
            }
            await().until(ledger::isBalanced);
            assertThat(fixture.closes("overflow")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"NIO", "AUTO"})
    void clientsThatNeverReadAreNoLongerReadAndHoldLittle(Transport transport) throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerFixture fixture = ServerFixture.open(transport, ServerFixture.tightLimits(), router)) {
            for (int i = 0; i < 8; i++) {
                clients.add(floodWithoutReading(fixture, i % 2 == 0 ? PULL : SMALL));
            }
            assertThat(fixture.connections()).hasSize(8).allSatisfy(c -> {
                ChannelConnection connection = (ChannelConnection) c;
                assertThat(connection.channel().config().isAutoRead()).isFalse();
                // high-water mark, one answer above it, and one buffer not yet handed over
                assertThat(connection.queuedBytes()).isLessThan(256 * 1024 + BODY_BYTES + 128 * 1024);
            });
            assertThat(fixture.directBytes()).isLessThan(16L * MIB);
            for (SocketChannel client : clients) {
                client.close();
            }
            await().until(() -> fixture.connections().isEmpty());
        }
    }

    @Test
    void bodiesOfAKilledClientAreClosedOnce() {
        try (ServerFixture fixture = ServerFixture.open(Transport.AUTO, ServerFixture.tightLimits(), router)) {
            for (int i = 0; i < 20; i++) {
                RawClient client = RawClient.connect(fixture.port(), 16 * 1024);
                for (int pull = 0; pull < 12; pull++) {
                    client.send(RawClient.request(PULL, pull));
                }
                await().until(() -> !fixture.connections().isEmpty()
                        && fixture.onlyConnection().output().isCongested());
                client.kill();
                await().until(() -> fixture.connections().isEmpty());
            }
            await().until(ledger::isBalanced);
        }
    }

    @Test
    void closingTheServerCutsOffAClientThatDoesNotRead() {
        try (ServerFixture fixture = ServerFixture.open(Transport.AUTO, ServerFixture.tightLimits(), router);
                RawClient client = RawClient.connect(fixture.port(), 16 * 1024)) {
            for (int i = 0; i < 12; i++) {
                client.send(RawClient.request(PULL, i));
            }
            await().until(() -> fixture.connections().size() == 1
                    && fixture.onlyConnection().output().isCongested());
            fixture.server().close();
            assertThat(fixture.connections()).isEmpty();
            assertThat(fixture.closes("shutdown")).isEqualTo(1);
        }
    }

    @Test
    void closesAConnectionWhoseLateAnswersPileUp() {
        try (ServerFixture fixture = ServerFixture.open(Transport.AUTO, ServerFixture.tightLimits(), router);
                RawClient client = RawClient.connect(fixture.port(), 16 * 1024)) {
            int count = 16;
            for (int i = 0; i < count; i++) {
                client.send(RawClient.request(LATER, i));
            }
            await().until(() -> kept.size() == count);
            for (Responder responder : kept) {
                responder.reply(found(SLICES, SLICE_BYTES));
            }
            await().until(() -> fixture.connections().isEmpty());
            assertThat(fixture.closes("overflow")).isEqualTo(1);
            await().until(ledger::isBalanced);
        }
    }

    @Test
    void lateAnswersOfASlowReaderWaitUnencodedAndArrive() {
        ConnectionLimits d = ServerFixture.tightLimits();
        ConnectionLimits roomy = new ConnectionLimits(
                d.idle(), d.lowWaterBytes(), d.highWaterBytes(), 1L << 30, d.gatherBytes(), Integer.MAX_VALUE);
        try (ServerFixture fixture = ServerFixture.open(Transport.AUTO, roomy, router);
                RawClient client = RawClient.connect(fixture.port(), 16 * 1024)) {
            int count = 2000;
            for (int i = 0; i < count; i++) {
                client.send(RawClient.request(LATER, i));
            }
            await().until(() -> kept.size() == count);
            for (Responder responder : kept) {
                responder.reply(found(50, 1000));
            }
            await().until(() -> fixture.onlyConnection().output().isCongested());
            assertThat(fixture.directBytes()).isLessThan(8L * MIB);
            for (int i = 0; i < count; i++) {
                assertPattern(client.receive().bodyBytes(), 50_000);
            }
            await().until(ledger::isBalanced);
        }
    }

    @Test
    void requestsThatWereHeldBackForTooLongAreRefusedInTheirTurn() {
        ManualClock clock = new ManualClock(0);
        RequestRouter impatient = RequestRouter.builder()
                .route(PULL, (request, from) -> found(SLICES, SLICE_BYTES))
                .route(SMALL, (request, from) -> found(50, 100))
                .patience(Patience.open(clock, new Metrics()).limit(Duration.ofMillis(200), SMALL))
                .build();
        try (ServerFixture fixture = ServerFixture.open(clock, ServerFixture.tightLimits(), impatient);
                RawClient client = RawClient.connect(fixture.port(), 16 * 1024)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 8; i++) {
                all.writeBytes(RawClient.request(i % 2 == 0 ? PULL : SMALL, i));
            }
            client.send(all.toByteArray());
            await().until(() -> fixture.connections().size() == 1
                    && fixture.onlyConnection().output().isCongested());
            clock.advance(Duration.ofSeconds(1));

            List<Integer> refused = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RemotingCommand answer = client.receive();
                assertThat(answer.opaque()).isEqualTo(i);
                if (answer.code() != 0) {
                    assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
                    assertThat(answer.remark()).startsWith("[TIMEOUT_CLEAN_QUEUE]");
                    refused.add(i);
                }
            }
            assertThat(refused).isNotEmpty().allMatch(i -> i % 2 == 1);
        }
    }

    @Test
    void answersAfterTheClientHasGoneOnlyCloseTheirBodies() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            try (RawClient client = RawClient.connect(fixture.port())) {
                client.send(RawClient.request(LATER, 1)).send(RawClient.request(LATER, 2));
                await().until(() -> kept.size() == 2);
            }
            await().until(() -> fixture.connections().isEmpty());
            kept.remove().reply(found(1, 10));
            kept.remove().reply(found(SLICES, SLICE_BYTES));
            await().until(ledger::isBalanced);
        }
    }

    @Test
    void refusesAnAnswerThatNoClientWouldAccept() {
        try (ServerFixture fixture = ServerFixture.open(RequestRouter.builder()
                        .route(PULL, (request, from) -> found(1, 16 * MIB))
                        .build());
                RawClient client = RawClient.connect(fixture.port())) {
            RemotingCommand answer = client.ask(RawClient.request(PULL, 1));
            assertThat(answer.code()).isEqualTo(1);
            assertThat(answer.remark()).contains("16777216");
        }
    }

    private Reply.Now found(int slices, int sliceBytes) {
        return Reply.Now.of(0, null, HeaderFields.NONE, CountedBody.of(ledger, slices, sliceBytes));
    }

    /** Writes requests until the server has stopped reading and both socket buffers are full. */
    private static SocketChannel floodWithoutReading(ServerFixture fixture, int code) throws Exception {
        SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, 16 * 1024);
        client.setOption(StandardSocketOptions.SO_SNDBUF, 16 * 1024);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.port()));
        client.configureBlocking(false);
        ByteBuffer request = ByteBuffer.wrap(RawClient.request(code, 1));
        int local = ((InetSocketAddress) client.getLocalAddress()).getPort();
        await().until(() -> {
            while (client.write(request) > 0) {
                if (!request.hasRemaining()) {
                    request.rewind();
                }
            }
            return fixture.connections().stream()
                    .filter(c -> c.remoteAddress().getPort() == local)
                    .anyMatch(c -> !((ChannelConnection) c).channel().config().isAutoRead());
        });
        return client;
    }

    private static void assertPattern(byte[] body, int length) {
        assertThat(body).hasSize(length);
        for (int i = 0; i < length; i++) {
            if (body[i] != CountedBody.Ledger.at(i)) {
                throw new AssertionError("byte " + i + " of " + length + " is not the pattern's");
            }
        }
    }
}
