package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.fake.FakeBatch;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeProgress;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker relies on in every {@link CommitLogDispatcher}: at least once, in order, idempotent by position. */
public abstract class DispatcherContract {

    private static final QueueRef FIRST = new QueueRef("contract", 0);
    private static final QueueRef SECOND = new QueueRef("contract", 1);

    @TempDir
    private Path dir;

    private FakeContext context;
    private FakeProgress progress;
    private CommitLogDispatcher dispatcher;
    private final List<String> broken = Collections.synchronizedList(new ArrayList<>());

    /**
     * A dispatcher that goes on with what earlier ones of this test have kept, as after a crash: the earlier one is just
     * left, not closed.
     */
    protected abstract CommitLogDispatcher open(FakeContext opened);

    /** Positions of the messages that are safe, in the order they were kept. Asked on any thread. */
    protected abstract List<Long> kept();

    /** What {@link FakeContext#config} gives. */
    protected Record[] configs() {
        return new Record[0];
    }

    /** Capability: a message that is shown twice is kept once. What is sent on to other systems may have to say false. */
    protected boolean keepsOnce() {
        return true;
    }

    /** Capability: what was truncated is forgotten. What is sent on to other systems may have to say false. */
    protected boolean forgets() {
        return true;
    }

    /** How long to wait for what the dispatcher does on other threads. */
    protected Duration limit() {
        return Duration.ofSeconds(30);
    }

    @BeforeEach
    final void begin() {
        context = new FakeContext(dir, configs());
        context.topics().put(FakeTopics.topic("contract", 2));
        progress = new FakeProgress(0, this::checkDurable);
        dispatcher = open(context);
    }

    @AfterEach
    final void end() {
        context.close();
    }

    @Test
    void keepsEveryMessageInOrder() throws Exception {
        fill(10);
        giveAll();
        assertThat(kept()).isEqualTo(context.reader().messages());
    }

    @Test
    void callsDurableOnlyWhatIsKept() throws Exception {
        for (int i = 0; i < 5; i++) {
            fill(3);
            giveAll();
        }
        assertThat(broken).as("called durable before they were kept").isEmpty();
    }

    @Test
    void neverCallsDurableWhatItWasNotGiven() throws Exception {
        fill(10);
        giveAll();
        assertThat(progress.refused()).as("positions beyond the last batch").isZero();
    }

    @Test
    void keepsAMessageOnceWhenItIsShownTwice() throws Exception {
        fill(10);
        giveAll();
        give(0, appended());
        awaitDurable(appended());
        List<Long> expected = context.reader().messages();
        assertThat(keepsOnce() ? kept() : kept().stream().distinct().toList()).isEqualTo(expected);
    }

    @Test
    void goesOnAfterACrash() throws Exception {
        fill(10);
        giveAll();
        dispatcher = open(context);
        progress = new FakeProgress(progress.durable(), this::checkDurable);
        fill(5);
        giveAll();
        assertThat(kept()).isEqualTo(context.reader().messages());
    }

    @Test
    void forgetsWhatWasTruncated() throws Exception {
        Assumptions.assumeTrue(forgets(), "the dispatcher says that it can not forget");
        fill(10);
        giveAll();
        long cut = context.reader().messages().get(6);
        context.reader().truncate(cut);
        dispatcher.onTruncate(cut);
        assertThat(kept()).isEqualTo(context.reader().messages());
        progress.truncate(cut);
        fill(4);
        giveAll();
        assertThat(kept()).isEqualTo(context.reader().messages());
    }

    @Test
    void mayBeToldOfATruncationTwice() throws Exception {
        fill(10);
        giveAll();
        long cut = context.reader().messages().get(3);
        context.reader().truncate(cut);
        dispatcher.onTruncate(cut);
        dispatcher.onTruncate(cut);
        progress.truncate(cut);
        fill(1);
        giveAll();
        assertThat(kept()).containsAll(context.reader().messages());
    }

    @Test
    void passesBatchesWithoutAMessageForIt() throws Exception {
        fill(3);
        context.topics().delete("contract");
        giveAll();
        assertThat(kept()).isEmpty();
    }

    @Test
    void touchesABatchOnlyDuringItsCall() throws Exception {
        fill(10);
        FakeBatch batch = give(0, appended());
        fill(2);
        giveAll();
        assertThat(batch.wrongTouches()).isZero();
    }

    @Test
    void closesWhatItLeased() throws Exception {
        fill(10);
        giveAll();
        await(
                () -> context.reader().open() == 0,
                "leases left open: " + context.reader().open());
    }

    /** Gives the log from what is durable to its end, segment by segment, and waits until all is durable. */
    private void giveAll() throws Exception {
        long from = progress.durable();
        for (var segment : context.reader().segments()) {
            if (segment.to() > from) {
                give(Math.max(from, segment.from()), segment.to());
            }
        }
        awaitDurable(appended());
    }

    private FakeBatch give(long from, long to) throws Exception {
        FakeBatch batch = context.reader().batch(from, to, TopicSelector.all(), context.topics());
        progress.given(to);
        try {
            dispatcher.dispatch(batch, progress);
        } finally {
            batch.takeBack();
        }
        return batch;
    }

    private void fill(int messages) {
        for (int i = 0; i < messages; i++) {
            FrameBuilder message = FrameBuilder.in(i % 2 == 0 ? FIRST : SECOND).property("KEYS", "k" + i);
            context.reader().append(message.body("message " + i));
        }
    }

    private void checkDurable(long position) {
        List<Long> safe = kept();
        boolean known = context.topics().get("contract").isPresent();
        for (long message : context.reader().messages()) {
            if (known && message < position && !safe.contains(message)) {
                broken.add("message at " + message + ", durable up to " + position);
            }
        }
    }

    private long appended() {
        return context.reader().positions().appended();
    }

    private void awaitDurable(long position) {
        await(() -> progress.durable() >= position, "durable up to " + position);
    }

    private void await(BooleanSupplier done, String what) {
        long begun = System.nanoTime();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime() - begun).as(what).isLessThan(limit().toNanos());
            LockSupport.parkNanos(100_000);
        }
    }
}
