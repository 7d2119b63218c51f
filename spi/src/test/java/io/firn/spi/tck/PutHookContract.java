package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.fake.FakePutOutcome;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.QueueRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link PutMessageHook}. */
public abstract class PutHookContract {

    private static final QueueRef QUEUE = new QueueRef("contract", 0);
    private static final int THREADS = 4;
    private static final int CALLS = 500;
    private static final long LIMIT_S = 60;

    /** A hook, new or not; each test asks once. */
    protected abstract PutMessageHook hook();

    /** A message that the hook lets pass; new each time. */
    protected FakePutMessage accepted() {
        return new FakePutMessage(QUEUE).withBody("hello").withProperty("KEYS", "k1");
    }

    /** Capability: letting {@link #accepted} pass allocates nothing. A hook that changes messages may have to say false. */
    protected boolean allocatesNothing() {
        return true;
    }

    @Test
    void answersForEveryMessage() {
        PutMessageHook hook = hook();
        for (Supplier<FakePutMessage> message : everyKind()) {
            assertThat(show(hook, message.get())).isNotNull();
        }
    }

    @Test
    void letsItsAcceptedMessagePass() {
        assertThat(show(hook(), accepted()).isReject()).isFalse();
    }

    @Test
    void saysModifiedExactlyWhenItChangedTheMessage() {
        PutMessageHook hook = hook();
        for (Supplier<FakePutMessage> kind : everyKind()) {
            FakePutMessage message = kind.get();
            Verdict verdict = show(hook, message);
            if (!verdict.isReject()) {
                assertThat(verdict == Verdict.MODIFIED)
                        .as("%s after %d changes", verdict, message.changes())
                        .isEqualTo(message.changes() > 0);
            }
        }
    }

    @Test
    void touchesAMessageOnlyDuringItsCall() {
        PutMessageHook hook = hook();
        List<FakePutMessage> shown = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            FakePutMessage message = accepted();
            shown.add(message);
            show(hook, message);
            tell(hook, message, PutOutcome.Status.APPENDED);
        }
        assertThat(shown).allSatisfy(m -> assertThat(m.wrongTouches()).isZero());
    }

    @Test
    void givesTheSameAnswersOnManyThreads() throws Exception {
        PutMessageHook hook = hook();
        String alone = String.valueOf(show(hook, accepted()));
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS * CALLS; i++) {
                calls.add(() -> String.valueOf(show(hook, accepted())));
            }
            for (Future<String> answer : pool.invokeAll(calls, LIMIT_S, TimeUnit.SECONDS)) {
                assertThat(answer.get()).isEqualTo(alone);
            }
        }
    }

    @Test
    void neverWaits() {
        PutMessageHook hook = hook();
        show(hook, accepted());
        long waits = CallMeter.waits(() -> {
            for (int i = 0; i < CALLS; i++) {
                FakePutMessage message = accepted();
                show(hook, message);
                tell(hook, message, PutOutcome.Status.APPENDED);
            }
        });
        // now and then the JVM itself stops a thread; a hook that waits does so on each call
        assertThat(waits).as("waits in %d calls", CALLS).isLessThan(CALLS / 10);
    }

    @Test
    void allocatesNothingForAMessageItLetsPass() {
        Assumptions.assumeTrue(allocatesNothing(), "the hook says that it allocates");
        PutMessageHook hook = hook();
        FakePutMessage message = accepted();
        assertThat(CallMeter.bytesPerCall(() -> show(hook, message)))
                .as("bytes per call")
                .isZero();
    }

    @Test
    void takesEveryOutcome() {
        PutMessageHook hook = hook();
        for (PutOutcome.Status status : PutOutcome.Status.values()) {
            FakePutMessage message = accepted();
            show(hook, message);
            tell(hook, message, status);
            assertThat(message.wrongTouches()).isZero();
        }
    }

    private List<Supplier<FakePutMessage>> everyKind() {
        List<Supplier<FakePutMessage>> kinds = new ArrayList<>();
        kinds.add(this::accepted);
        kinds.add(() -> new FakePutMessage(QUEUE));
        kinds.add(() -> new FakePutMessage(QUEUE).withBody("x".repeat(100_000)));
        kinds.add(() -> new FakePutMessage(QUEUE).withProperty("KEYS", " ").withProperty("TAGS", "ä€"));
        kinds.add(() -> accepted().inBatch(2, 3));
        for (PutOrigin origin : PutOrigin.values()) {
            kinds.add(() -> accepted().withOrigin(origin));
        }
        return kinds;
    }

    private static Verdict show(PutMessageHook hook, FakePutMessage message) {
        message.lend();
        try {
            return hook.beforePut(message);
        } finally {
            message.takeBack();
        }
    }

    private static void tell(PutMessageHook hook, FakePutMessage message, PutOutcome.Status status) {
        message.lend();
        try {
            hook.afterPut(message, FakePutOutcome.of(status));
        } finally {
            message.takeBack();
        }
    }
}
