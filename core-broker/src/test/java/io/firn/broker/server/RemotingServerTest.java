package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.SerializeType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemotingServerTest {

    private static final int ECHO = 10;
    private static final int LATER = 11;
    private static final int FAIL = 12;
    private static final int POOLED = 13;
    private static final int COUNT = 10_000;

    private static RequestRouter.Builder echo() {
        return RequestRouter.builder().route(ECHO, (request, from) -> Reply.Now.ok(request.bodyBytes()));
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"NIO", "AUTO"})
    void answersTenThousandPipelinedRequestsInOrder(Transport transport) {
        try (ServerFixture fixture = ServerFixture.open(transport, echo().build());
                RawClient client = RawClient.connect(fixture.port())) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < COUNT; i++) {
                    client.send(RawClient.request(ECHO, i, bytesOf(i)));
                }
            });
            for (int i = 0; i < COUNT; i++) {
                RemotingCommand answer = client.receive();
                assertThat(answer.opaque()).isEqualTo(i);
                assertThat(answer.isResponse()).isTrue();
                assertThat(answer.code()).isZero();
                assertThat(answer.bodyBytes()).isEqualTo(bytesOf(i));
            }
            assertThat(writer.isAlive() && !joined(writer)).isFalse();
        }
    }

    @Test
    void servesARequestCutAtEveryByte() {
        try (ServerFixture fixture = ServerFixture.open(echo().build());
                RawClient client = RawClient.connect(fixture.port())) {
            byte[] request = RawClient.request(ECHO, 7, bytesOf(99));
            long received = 0;
            for (int cut = 1; cut < request.length; cut++) {
                client.send(request, 0, cut);
                long expected = received + cut;
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> fixture.io().metrics().receivedBytes() == expected);
                client.send(request, cut, request.length - cut);
                assertThat(client.receive().bodyBytes()).isEqualTo(bytesOf(99));
                received += request.length;
            }
        }
    }

    @Test
    void servesManyFramesOfOneWrite() throws Exception {
        try (ServerFixture fixture = ServerFixture.open(echo().build());
                RawClient client = RawClient.connect(fixture.port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                all.write(RawClient.request(ECHO, i, new byte[i * 20]));
            }
            client.send(all.toByteArray());
            for (int i = 0; i < 100; i++) {
                RemotingCommand answer = client.receive();
                assertThat(answer.opaque()).isEqualTo(i);
                assertThat(answer.bodyLength()).isEqualTo(i * 20);
            }
        }
    }

    @Test
    void answersInTheHeaderEncodingOfTheRequest() {
        try (ServerFixture fixture = ServerFixture.open(echo().build());
                RawClient client = RawClient.connect(fixture.port())) {
            RemotingCommand binary = client.ask(RawClient.binaryRequest(ECHO, 5, bytesOf(1)));
            assertThat(binary.serializeType()).isEqualTo(SerializeType.ROCKETMQ);
            assertThat(binary.opaque()).isEqualTo(5);
            RemotingCommand json = client.ask(RawClient.request(ECHO, -6, bytesOf(1)));
            assertThat(json.serializeType()).isEqualTo(SerializeType.JSON);
            assertThat(json.opaque()).isEqualTo(-6);
        }
    }

    @Test
    void neverAnswersOneWayRequests() {
        BlockingQueue<Responder> kept = new LinkedBlockingQueue<>();
        RequestRouter router = echo().route(LATER, (request, from) -> {
                    kept.add(from.responder(request));
                    return Reply.LATER;
                })
                .build();
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            client.send(RawClient.oneWay(ECHO, 1))
                    .send(RawClient.oneWay(4711, 2))
                    .send(RawClient.oneWay(LATER, 3));
            assertThat(client.ask(RawClient.request(ECHO, 4)).opaque()).isEqualTo(4);
            Responder responder = kept.remove();
            assertThat(responder.isOneway()).isTrue();
            responder.reply(Reply.Now.ok());
            assertThat(client.ask(RawClient.request(ECHO, 5)).opaque()).isEqualTo(5);
            assertThat(fixture.onlyConnection().pendingReplies()).isZero();
        }
    }

    @Test
    void goesOnAfterAHandlerFailed() {
        RequestRouter router = echo().route(FAIL, (request, from) -> {
                    throw new RequestException(ResponseCode.TOPIC_NOT_EXIST, "topic \"x\" does not exist");
                })
                .build();
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            RemotingCommand failed = client.ask(RawClient.request(FAIL, 1));
            assertThat(failed.code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
            assertThat(failed.remark()).isEqualTo("topic \"x\" does not exist");
            assertThat(client.ask(RawClient.request(4711, 2)).remark()).isEqualTo(" request type 4711 not supported");
            assertThat(client.ask(RawClient.request(ECHO, 3)).code()).isZero();
        }
    }

    @Test
    void refusesMoreRequestsWhileTooManyAreUnanswered() {
        Queue<Responder> kept = new ConcurrentLinkedQueue<>();
        RequestRouter router = echo().route(LATER, (request, from) -> {
                    kept.add(from.responder(request));
                    return Reply.LATER;
                })
                .build();
        try (ServerFixture fixture = ServerFixture.open(Transport.AUTO, ServerFixture.tightLimits(), router);
                RawClient client = RawClient.connect(fixture.port());
                RawClient other = RawClient.connect(fixture.port())) {
            int limit = ServerFixture.tightLimits().maxUnanswered();
            for (int i = 0; i < limit; i++) {
                client.send(RawClient.request(LATER, i));
            }

            RemotingCommand refused = client.ask(RawClient.request(ECHO, limit));

            assertThat(refused.opaque()).isEqualTo(limit);
            assertThat(refused.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
            assertThat(refused.remark()).contains("not answered yet").contains(Integer.toString(limit));
            assertThat(other.ask(RawClient.request(ECHO, 1)).code()).isZero();
            kept.remove().reply(Reply.Now.ok());
            assertThat(client.receive().opaque()).isZero();
            assertThat(client.ask(RawClient.request(ECHO, 2)).code()).isZero();
            kept.forEach(responder -> responder.reply(Reply.Now.ok()));
            for (int i = 1; i < limit; i++) {
                assertThat(client.receive().opaque()).isEqualTo(i);
            }
        }
    }

    @Test
    void sendsEveryAnswerThatOtherThreadsGiveInAnyOrder() throws Exception {
        BlockingQueue<Responder> kept = new LinkedBlockingQueue<>();
        RequestRouter router = RequestRouter.builder()
                .route(LATER, (request, from) -> {
                    kept.add(from.responder(request));
                    return Reply.LATER;
                })
                .build();
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.err.println("seed " + seed);
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            int count = 2000;
            for (int i = 0; i < count; i++) {
                client.send(RawClient.request(LATER, i));
            }
            await().until(() -> kept.size() == count);
            List<Responder> responders = new ArrayList<>(kept);
            Collections.shuffle(responders, new Random(seed));
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                List<Responder> mine = responders.subList(t * count / 4, (t + 1) * count / 4);
                threads.add(Thread.ofPlatform().start(() -> mine.forEach(r -> r.reply(Reply.Now.ok(bytesOf(42))))));
            }
            boolean[] seen = new boolean[count];
            for (int i = 0; i < count; i++) {
                RemotingCommand answer = client.receive();
                assertThat(seen[answer.opaque()]).isFalse();
                seen[answer.opaque()] = true;
                assertThat(answer.bodyBytes()).isEqualTo(bytesOf(42));
            }
            for (Thread thread : threads) {
                assertThat(joined(thread)).isTrue();
            }
            assertThat(fixture.onlyConnection().pendingReplies()).isZero();
        }
    }

    @Test
    void refusesASecondAnswerAndClosesItsBody() {
        try (CountedBody.Ledger ledger = new CountedBody.Ledger()) {
            RecordingConnection connection = new RecordingConnection();
            Responder responder = connection.responder(RemotingCommand.decode(RawClient.request(ECHO, 1)));
            responder.reply(Reply.Now.ok());
            CountedBody body = CountedBody.of(ledger, 1, 10);
            assertThatThrownBy(() -> responder.reply(Reply.Now.of(0, null, HeaderFields.NONE, body)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(ledger.isBalanced()).isTrue();
            assertThat(connection.replies()).hasSize(1);
        }
    }

    @Test
    void handlerMayFillTheSameAnswerAgainForEachRequest() throws Exception {
        ReusedReply reused = new ReusedReply();
        RequestRouter router = RequestRouter.builder()
                .route(ECHO, (request, from) -> reused.filled(request.opaque()))
                .build();
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 50; i++) {
                all.write(RawClient.request(ECHO, i));
            }
            client.send(all.toByteArray());
            for (int i = 0; i < 50; i++) {
                RemotingCommand answer = client.receive();
                assertThat(answer.opaque()).isEqualTo(i);
                assertThat(answer.bodyBytes()).isEqualTo(bytesOf(i));
                assertThat(answer.remark()).isEqualTo("number " + i);
            }
        }
    }

    @Test
    void answersBusyWhenAPoolIsFullAndServesTheRestAfterwards() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger served = new AtomicInteger();
        try (WorkerPool pool = WorkerPool.open("test-pool", 1, 2)) {
            RequestRouter router = echo().route(POOLED, pool, (request, from) -> {
                        awaitQuietly(release);
                        served.incrementAndGet();
                        return Reply.Now.ok(request.bodyBytes());
                    })
                    .build();
            try (ServerFixture fixture = ServerFixture.open(router);
                    RawClient client = RawClient.connect(fixture.port())) {
                for (int i = 0; i < 4; i++) {
                    client.send(RawClient.request(POOLED, i, bytesOf(i)));
                }
                RemotingCommand busy = client.receive();
                assertThat(busy.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
                assertThat(busy.opaque()).isEqualTo(3);
                assertThat(client.ask(RawClient.request(ECHO, 9)).opaque()).isEqualTo(9);
                release.countDown();
                for (int i = 0; i < 3; i++) {
                    assertThat(client.receive().bodyBytes()).isEqualTo(bytesOf(i));
                }
                assertThat(served).hasValue(3);
            }
        }
    }

    private static byte[] bytesOf(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One answer object for all requests, as a hot handler keeps it. */
    private static final class ReusedReply implements Reply.Now {

        private final byte[] bytes = new byte[4];
        private String remark = "";

        Reply.Now filled(int number) {
            ByteBuffer.wrap(bytes).putInt(number);
            remark = "number " + number;
            return this;
        }

        @Override
        public int code() {
            return 0;
        }

        @Override
        public String remark() {
            return remark;
        }

        @Override
        public HeaderFields header() {
            return HeaderFields.NONE;
        }

        @Override
        public ReplyBody body() {
            return ReplyBody.of(bytes);
        }
    }
}
