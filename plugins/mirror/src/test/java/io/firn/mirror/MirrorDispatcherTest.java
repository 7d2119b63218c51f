package io.firn.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.fake.FakeBatch;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeProgress;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.metrics.Label;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirrorDispatcherTest {

    @TempDir
    private Path dir;

    private FakeContext context;
    private FakeProgress progress;
    private final Targets.Remembering target = new Targets.Remembering();

    @BeforeEach
    void begin() {
        context = new FakeContext(dir);
        context.topics().put(FakeTopics.topic("t", 2));
        progress = new FakeProgress(0, position -> {});
    }

    @AfterEach
    void end() {
        context.close();
    }

    private void append(int queue, String path) {
        FrameBuilder message = FrameBuilder.in(new QueueRef("t", queue)).body("hello");
        context.reader().append(path.isEmpty() ? message : message.property(Trail.PROPERTY, path));
    }

    private MirrorDispatcher dispatcher() {
        return new MirrorDispatcher(target, new Trail("here", "other"), new MirrorReport(context, "other:9876"));
    }

    private void give(MirrorDispatcher dispatcher) throws Exception {
        long to = context.reader().positions().appended();
        FakeBatch batch = context.reader().batch(0, to, TopicSelector.all(), context.topics());
        progress.given(to);
        try {
            dispatcher.dispatch(batch, progress);
        } finally {
            batch.takeBack();
        }
    }

    private List<Long> arrivedIn(int queue) {
        return target.arrived.stream()
                .filter(stored -> stored.queue().queueId() == queue)
                .map(Stored::position)
                .toList();
    }

    @Test
    void keepsTheOrderOfEachQueue() throws Exception {
        for (int i = 0; i < 10; i++) {
            append(i % 2, "");
        }

        give(dispatcher());

        assertThat(arrivedIn(0)).hasSize(5).isSorted();
        assertThat(arrivedIn(1)).hasSize(5).isSorted();
        assertThat(context.metrics().value("messages")).isEqualTo(10);
    }

    @Test
    void isDurableOnlyWhenAllIsAcknowledgedAndSaysHowItIs() throws Exception {
        append(0, "");
        append(0, "");
        append(1, "");
        target.refusing(1);
        MirrorDispatcher dispatcher = dispatcher();

        assertThatThrownBy(() -> give(dispatcher)).hasMessage("the target is away");
        assertThat(progress.durable()).isZero();
        assertThat(context.health().words()).containsKey("target");
        assertThat(context.health().words().get("target"))
                .startsWith("degraded: target other:9876 takes no messages since")
                .contains("the target is away");
        context.clock().advance(Duration.ofSeconds(90));
        assertThat(context.metrics().value("lag_seconds")).isGreaterThanOrEqualTo(90);

        give(dispatcher);
        assertThat(progress.durable()).isEqualTo(context.reader().positions().appended());
        assertThat(arrivedIn(0).stream().distinct()).hasSize(2).isSorted();
        assertThat(context.health().words()).containsEntry("target", "up");
        assertThat(context.metrics().value("lag_seconds")).isZero();
        assertThat(context.metrics().value("failures")).isEqualTo(1);
    }

    @Test
    void sendsNothingBackToWhereItComesFrom() throws Exception {
        append(0, "other");
        append(0, "third");
        append(0, "third,other,fourth");
        append(0, "here");

        give(dispatcher());

        assertThat(arrivedIn(0)).hasSize(1);
        assertThat(context.metrics().value("skipped", new Label("reason", "loop")))
                .isEqualTo(3);
        assertThat(progress.durable()).isEqualTo(context.reader().positions().appended());
    }
}
