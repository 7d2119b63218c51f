package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestRouterTest {

    private static final byte[] BODY = {1, 2, 3};

    private final RecordingConnection connection = new RecordingConnection();
    private final Deque<Runnable> pooled = new ArrayDeque<>();
    private final Executor pool = pooled::add;

    @Test
    void callsTheHandlerOfEachCodeLowAndHigh() {
        RequestRouter.Builder builder = RequestRouter.builder();
        int[] codes = {0, 10, 1023, 1024, 200_050, -3};
        for (int code : codes) {
            builder.route(code, (request, from) -> Reply.Now.of(0, "handler of " + code));
        }
        RequestRouter router = builder.build();
        for (int code : codes) {
            assertThat(now(router.handle(command(code), connection)).remark()).isEqualTo("handler of " + code);
        }
        for (int code : new int[] {-4, 1, 1022, 1025, 200_049, 200_051, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(now(router.handle(command(code), connection)).code())
                    .isEqualTo(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
        }
    }

    @Test
    void answersUnknownCodeWithTheRemarkThatToolsKnow() {
        Reply.Now answer = now(RequestRouter.empty().handle(command(4711), connection));
        assertThat(answer.code()).isEqualTo(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
        assertThat(answer.remark()).isEqualTo(" request type 4711 not supported");
    }

    @Test
    void refusesTwoHandlersForOneCode() {
        RequestRouter.Builder builder = RequestRouter.builder().route(10, (request, from) -> Reply.NONE);
        assertThatThrownBy(() -> builder.route(10, (request, from) -> Reply.LATER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10");
    }

    @Test
    void turnsWhatAHandlerThrowsIntoAnAnswer() {
        RequestRouter router = RequestRouter.builder()
                .route(1, (request, from) -> {
                    throw new RequestException(ResponseCode.TOPIC_NOT_EXIST, "no such topic");
                })
                .route(2, (request, from) -> {
                    throw new AssertionError("not the owner");
                })
                .route(3, (request, from) -> null)
                .build();
        assertThat(now(router.handle(command(1), connection)).code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(now(router.handle(command(2), connection)).code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(now(router.handle(command(3), connection)).code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
    }

    @Test
    void secondPortDoesNotServeTheExcludedCodes() {
        RequestRouter router = RequestRouter.builder()
                .route(10, (request, from) -> Reply.Now.ok())
                .route(11, (request, from) -> Reply.Now.ok())
                .notOnSecondPort(11, 361)
                .build();
        assertThat(now(router.handle(command(11), connection)).code()).isZero();
        assertThat(now(router.secondPort().handle(command(10), connection)).code())
                .isZero();
        assertThat(now(router.secondPort().handle(command(11), connection)).code())
                .isEqualTo(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
    }

    @Test
    void pooledHandlerSeesAnOwnedCopyAndItsAnswerGoesThroughAResponder() {
        RequestRouter router = RequestRouter.builder()
                .route(10, pool, (request, from) -> Reply.Now.ok(request.bodyBytes()))
                .build();
        RemotingCommand request = command(10);
        assertThat(router.handle(request, connection)).isSameAs(Reply.LATER);
        assertThat(connection.pendingReplies()).isEqualTo(1);
        pooled.remove().run();
        assertThat(connection.pendingReplies()).isZero();
        assertThat(connection.replies()).hasSize(1);
        assertThat(connection.replies().getFirst().body().slice(0).array()).isEqualTo(BODY);
    }

    @Test
    void pooledHandlerMayAnswerLaterOrNever() {
        Deque<Responder> kept = new ArrayDeque<>();
        RequestRouter router = RequestRouter.builder()
                .route(10, pool, (request, from) -> {
                    kept.add(from.responder(request));
                    return Reply.LATER;
                })
                .route(11, pool, (request, from) -> Reply.NONE)
                .build();
        router.handle(command(10), connection);
        router.handle(command(11), connection);
        pooled.remove().run();
        pooled.remove().run();
        assertThat(connection.pendingReplies()).isEqualTo(1);
        kept.remove().reply(Reply.Now.ok());
        assertThat(connection.pendingReplies()).isZero();
        assertThat(connection.replies()).hasSize(1);
    }

    @Test
    void answersBusyWhenThePoolIsFull() {
        AtomicInteger served = new AtomicInteger();
        RequestRouter router = RequestRouter.builder()
                .route(
                        10,
                        task -> {
                            throw new BusyException("firn-reader is full: 4 tasks wait");
                        },
                        (request, from) -> {
                            served.incrementAndGet();
                            return Reply.NONE;
                        })
                .build();
        Reply.Now answer = now(router.handle(command(10), connection));
        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
        assertThat(answer.remark()).startsWith("[OVERLOAD]").contains("firn-reader is full");
        assertThat(connection.pendingReplies()).isZero();
        assertThat(served).hasValue(0);
    }

    @Test
    void refusesWhatWaitedTooLongForItsPool() {
        ManualClock clock = new ManualClock(0);
        AtomicInteger served = new AtomicInteger();
        Metrics metrics = new Metrics();
        RequestRouter router = RequestRouter.builder()
                .route(10, pool, (request, from) -> Reply.Now.of(0, "served " + served.incrementAndGet()))
                .route(11, pool, (request, from) -> Reply.Now.of(0, "served " + served.incrementAndGet()))
                .patience(Patience.open(clock, metrics)
                        .limit(Duration.ofSeconds(5), pool)
                        .limit(Duration.ofSeconds(9), 11))
                .build();
        for (int code : new int[] {10, 10, 11}) {
            router.handle(command(code), connection);
        }
        clock.advance(Duration.ofSeconds(5));
        pooled.remove().run();
        clock.advance(Duration.ofMillis(1));
        pooled.remove().run();
        clock.advance(Duration.ofSeconds(3));
        pooled.remove().run();

        assertThat(connection.replies().get(0).remark()).isEqualTo("served 1");
        assertThat(connection.replies().get(1).code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
        assertThat(connection.replies().get(1).remark())
                .isEqualTo("[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, period in queue: 5001ms,"
                        + " size of queue: 0");
        assertThat(connection.replies().get(2).remark()).isEqualTo("served 2");
        assertThat(connection.pendingReplies()).isZero();
    }

    @Test
    void refusesWhatWasHeldBackForTooLong() {
        RequestRouter router = RequestRouter.builder()
                .route(10, (request, from) -> Reply.Now.ok())
                .route(11, (request, from) -> Reply.Now.ok())
                .patience(Patience.open(new ManualClock(0), new Metrics()).limit(Duration.ofMillis(200), 10))
                .build();

        assertThat(now(router.handleHeld(command(10), connection, 200_000_000)).code())
                .isZero();
        assertThat(now(router.handleHeld(command(10), connection, 201_000_000)).remark())
                .startsWith("[TIMEOUT_CLEAN_QUEUE]")
                .contains("period in queue: 201ms");
        assertThat(now(router.handleHeld(command(11), connection, Long.MAX_VALUE - 1))
                        .code())
                .isZero();
        assertThat(now(router.handleHeld(command(12), connection, Long.MAX_VALUE - 1))
                        .code())
                .isEqualTo(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
    }

    private static RemotingCommand command(int code) {
        return RemotingCommand.decode(RawClient.request(code, 1, BODY));
    }

    private static Reply.Now now(Reply reply) {
        assertThat(reply).isInstanceOf(Reply.Now.class);
        return (Reply.Now) reply;
    }
}
