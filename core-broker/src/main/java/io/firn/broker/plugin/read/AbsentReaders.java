package io.firn.broker.plugin.read;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.guard.Guards;
import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Claims of a plugin that is not there: they keep its topics, and their guards refuse every call, so that nobody is shown
 * what the local store alone would show. Immutable.
 */
final class AbsentReaders {

    private static final String REPLACING = "queue reader";
    private static final String EXTENDING = "cold reader";

    private final PluginRef owner;
    private final String why;
    private final Guards guards;

    /** @param why goes on after the plugin's name */
    AbsentReaders(String pluginId, String why, Guards guards) {
        this.owner = new PluginRef(
                pluginId,
                "absent",
                AbsentReaders.class.getClassLoader(),
                Path.of(pluginId),
                task -> {
                    throw new RejectedExecutionException("plugin " + pluginId + " " + why);
                },
                new Nobody());
        this.why = why;
        this.guards = guards;
    }

    /** Nobody is to be told: the operator knows. */
    private static final class Nobody implements PluginRef.Troubles {

        @Override
        public void degraded(String part, String reason) {}

        @Override
        public void recovered(String part) {}

        @Override
        public void unlinked(String part, LinkageError cause) {}
    }

    /** Replaces these topics; nothing when there are none. */
    Map<Registered, QueueClaim> replacing(Collection<String> topics) {
        if (topics.isEmpty()) {
            return Map.of();
        }
        TopicSelector selector = TopicSelector.named(topics.toArray(String[]::new));
        QueueReaderFactory factory = (queue, base) -> {
            throw new IllegalStateException(owner.id() + " " + why);
        };
        return Map.of(
                new Registered.Queue(owner, selector, factory),
                new QueueClaim(selector, factory, ReadGuard.ofAbsent(owner, REPLACING, guards, why)));
    }

    /** Extends these topics; nothing when there are none. */
    Map<Registered, ColdClaim> extending(Collection<String> topics) {
        if (topics.isEmpty()) {
            return Map.of();
        }
        ColdReaderSpec spec =
                new ColdReaderSpec("absent", TopicSelector.named(topics.toArray(String[]::new)), Integer.MAX_VALUE);
        ColdReader reader = new ColdReader() {
            @Override
            public Coverage coverage(QueueRef queue) {
                throw new IllegalStateException(owner.id() + " " + why);
            }

            @Override
            public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
                throw new IllegalStateException(owner.id() + " " + why);
            }
        };
        return Map.of(
                new Registered.Cold(owner, spec, reader),
                new ColdClaim(spec, reader, ReadGuard.ofAbsent(owner, EXTENDING, guards, why)));
    }
}
