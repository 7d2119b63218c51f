package io.firn.broker.plugin.read;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.runtime.WorkerPool;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.spi.contract.Deadline;
import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A plugin that is there without jar and loader: what it registers goes straight to a broker's reads. */
final class Plugged implements AutoCloseable {

    final List<String> troubles = new CopyOnWriteArrayList<>();

    private final RunningBroker broker;
    private final WorkerPool threads;
    private final PluginRef ref;
    private final List<Registered> registered = new ArrayList<>();

    Plugged(RunningBroker broker, String id) {
        this.broker = broker;
        this.threads = WorkerPool.open("firn-plugin-" + id, 4, 1_000);
        this.ref = new PluginRef(
                id, "1.0", Plugged.class.getClassLoader(), Path.of("."), threads, new RecordedTroubles(troubles));
    }

    private record RecordedTroubles(List<String> told) implements PluginRef.Troubles {
        @Override
        public void degraded(String part, String reason) {
            told.add("degraded " + part + ": " + reason);
        }

        @Override
        public void recovered(String part) {
            told.add("recovered " + part);
        }

        @Override
        public void unlinked(String part, LinkageError cause) {
            told.add("unlinked " + part + ": " + cause);
        }
    }

    PluginRef ref() {
        return ref;
    }

    /** Serves old messages of one topic. */
    Plugged cold(String topic, int priority, ColdReader reader) {
        registered.add(new Registered.Cold(
                ref, new ColdReaderSpec("old-" + priority, TopicSelector.named(topic), priority), reader));
        return this;
    }

    /** Replaces the queues of one topic. */
    Plugged queue(String topic, QueueReaderFactory factory) {
        registered.add(new Registered.Queue(ref, TopicSelector.named(topic), factory));
        return this;
    }

    Plugged start() {
        broker.reads().add(registered);
        return this;
    }

    List<String> stop(Leaving leaving) {
        return broker.reads().remove(registered, leaving, Deadline.after(Duration.ofSeconds(30), System::nanoTime));
    }

    @Override
    public void close() {
        threads.close();
    }
}
