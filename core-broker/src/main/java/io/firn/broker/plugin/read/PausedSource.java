package io.firn.broker.plugin.read;

import io.firn.broker.queue.Boundary;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.PendingRead;
import io.firn.broker.queue.QueueSource;
import io.firn.broker.queue.QueueSources;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.runtime.BusyException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A topic whose plugin is being replaced by its successor. Reads wait for it, no longer than any read may take, and are
 * told to ask again; nothing is answered from what a plugin does not vouch for. Any thread.
 */
final class PausedSource implements QueueSource {

    private final ReadEngine engine;
    private final String topic;
    private final Reach reach;
    private final CompletableFuture<Void> gate;
    private final QueueSources next;

    /**
     * A pause.
     *
     * @param gate completes when the pause is over
     * @param next where the topic's source is found then
     */
    PausedSource(ReadEngine engine, String topic, Reach reach, CompletableFuture<Void> gate, QueueSources next) {
        this.engine = engine;
        this.topic = topic;
        this.reach = reach;
        this.gate = gate;
        this.next = next;
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public long knownMin(int queueId) {
        return Long.MAX_VALUE;
    }

    @Override
    public PendingRead read(SourceRead read) {
        CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
        Runnable over = () -> outcome.complete(
                new ReadOutcome.TryAgain(read.request().offset(), ReadOutcome.TryAgain.SAME_BROKER, 0, 0));
        Runnable forget = engine.timer().after(engine.config().timeout(), over);
        var _ = gate.whenComplete((done, failure) -> {
            forget.run();
            over.run();
        });
        engine.track(outcome, over);
        return new PendingRead(outcome, over);
    }

    @Override
    public CompletableFuture<OffsetRange> range(String ofTopic, int queueId) {
        return afterwards(source -> source.range(ofTopic, queueId));
    }

    @Override
    public CompletableFuture<OptionalLong> offsetByTime(String ofTopic, int queueId, long timeMs, Boundary boundary) {
        return afterwards(source -> source.offsetByTime(ofTopic, queueId, timeMs, boundary));
    }

    /** Asks the source that is there when the pause is over. */
    private <T> CompletableFuture<T> afterwards(Function<QueueSource, CompletableFuture<T>> question) {
        CompletableFuture<Void> waited = new CompletableFuture<>();
        Runnable forget = engine.timer().after(engine.config().timeout(), () -> waited.completeExceptionally(busy()));
        var _ = gate.whenComplete((done, failure) -> {
            forget.run();
            waited.complete(null);
        });
        return waited.thenCompose(done -> {
            QueueSource source = next.of(topic);
            return source == null ? CompletableFuture.failedFuture(busy()) : question.apply(source);
        });
    }

    /** Why nothing is read, nor added to a queue whose offsets are not known. */
    BusyException busy() {
        return new BusyException("the plugin of topic " + topic + " is being replaced: try again");
    }
}
