package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.StorageFullException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorRepliesTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new RequestException(ResponseCode.NO_PERMISSION, "may not"), 16, "may not", true),
                Arguments.of(new BusyException("mailbox full"), 2, "[OVERLOAD] mailbox full", true),
                Arguments.of(
                        new BusyException(BusyException.Why.STORE_STUCK, "disk"),
                        2,
                        "[PC_SYNCHRONIZED]broker busy, start flow control for a while: disk",
                        true),
                Arguments.of(
                        new BusyException(BusyException.Why.WAITED, "period in queue: 9ms, size of queue: 1"),
                        2,
                        "[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, period in queue: 9ms, size of"
                                + " queue: 1",
                        true),
                Arguments.of(new RejectedExecutionException("x"), 2, "[OVERLOAD] the broker is stopping", true),
                Arguments.of(new StorageFullException("disk full"), 14, "disk full", true),
                Arguments.of(new StorageException("file gone"), 1, "file gone", true),
                Arguments.of(
                        new IllegalStateException("bug"),
                        1,
                        "the broker failed: java.lang.IllegalStateException: bug",
                        false),
                Arguments.of(
                        new AssertionError("owner"), 1, "the broker failed: java.lang.AssertionError: owner", false),
                Arguments.of(new CompletionException(new BusyException("b")), 2, "[OVERLOAD] b", true),
                Arguments.of(
                        new CompletionException(new ExecutionException(new RequestException(17, "no topic"))),
                        17,
                        "no topic",
                        true));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void mapsEveryKindOfFailure(Throwable failure, int code, String remark, boolean expected) {
        Reply.Now answer = ErrorReplies.of(failure);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.remark()).isEqualTo(remark);
        assertThat(answer.body().length()).isZero();
        assertThat(ErrorReplies.isExpected(failure)).isEqualTo(expected);
    }
}
