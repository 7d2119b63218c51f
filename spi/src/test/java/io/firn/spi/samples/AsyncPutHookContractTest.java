package io.firn.spi.samples;

import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.tck.AsyncPutHookContract;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class AsyncPutHookContractTest {

    private static final Verdict NO = Verdict.reject(RejectCode.NO_PERMISSION, "not today");

    @Test
    void passesForAHookThatAsksElsewhere() {
        Suites.assertKeeps(Asks.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(AsyncPutHookContract.class, AsyncPutHookContractTest.class);
    }

    static final class Asks extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) ->
                    CompletableFuture.supplyAsync(() -> message.body().remaining() > 50_000 ? NO : Verdict.ACCEPT);
        }
    }

    static final class AnswersForEveryMessage extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) -> message.body().hasRemaining()
                    ? CompletableFuture.completedFuture(Verdict.ACCEPT)
                    : CompletableFuture.failedFuture(new IllegalStateException("an empty body"));
        }
    }

    static final class LetsItsAcceptedMessagePass extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) -> CompletableFuture.completedFuture(NO);
        }
    }

    static final class NeverSaysThatItChangedACopy extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) -> CompletableFuture.completedFuture(Verdict.MODIFIED);
        }
    }

    static final class ReturnsWithoutWaitingForItsAnswer extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) -> {
                LockSupport.parkNanos(1_000_000);
                return CompletableFuture.completedFuture(Verdict.ACCEPT);
            };
        }
    }

    static final class AnswersManyAtOnceEachForItself extends AsyncPutHookContract {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) ->
                    CompletableFuture.completedFuture(calls.incrementAndGet() > 100 ? NO : Verdict.ACCEPT);
        }
    }

    static final class LeavesTheBytesOfTheCopyWhereTheyAre extends AsyncPutHookContract {
        @Override
        protected AsyncPutHook hook() {
            return (message, deadline) -> {
                byte[] bytes = new byte[message.body().remaining()];
                message.body().get(bytes);
                return CompletableFuture.completedFuture(bytes.length < Integer.MAX_VALUE ? Verdict.ACCEPT : NO);
            };
        }
    }
}
