package io.firn.broker.plugin.view;

import io.firn.broker.topic.FilterType;
import io.firn.broker.topic.TableChange;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestException;
import io.firn.spi.contract.Registration;
import io.firn.spi.topic.TopicChange;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import io.firn.spi.topic.TopicListener;
import io.firn.spi.topic.TopicView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker's topics as plugins see them. Any thread. */
public final class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private final TopicRegistry registry;
    private final Incarnations incarnations;
    private final Following following;
    private final List<Ear> ears = new CopyOnWriteArrayList<>();

    private Topics(TopicRegistry registry, Incarnations incarnations, Following following) {
        this.registry = registry;
        this.incarnations = incarnations;
        this.following = following;
    }

    /** Whether a plugin may make the broker's topics and groups be those of another. */
    public enum Following {
        ALLOWED,
        FORBIDDEN
    }

    /** Who listens, and on which thread. */
    private static final class Ear {

        private final Executor thread;
        private final TopicListener listener;
        private volatile boolean closed;

        Ear(Executor thread, TopicListener listener) {
            this.thread = thread;
            this.listener = listener;
        }

        void close() {
            closed = true;
        }

        /** On the plugin's thread; what was still on its way when the registration ended is not told. */
        void hear(TopicChange change) {
            if (closed) {
                return;
            }
            try {
                listener.onChange(change);
            } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                LOG.error("a plugin's topic listener failed on {}", change, e);
            }
        }
    }

    /** A view of the registry; while wiring. {@code directory} keeps which life of its name each topic is. */
    public static Topics open(TopicRegistry registry, Path directory, Following following) {
        Topics topics = new Topics(
                registry,
                Incarnations.open(
                        directory.resolve("incarnations.json"), registry.all().keySet()),
                following);
        registry.onChange(topics::changed);
        return topics;
    }

    /** Runs on {@code firn-housekeeper}, which may write files. */
    private void changed(TableChange<Topic> change) {
        Topic before = change.before();
        Topic after = change.after();
        TopicChange told;
        if (after == null) {
            if (before == null) {
                return;
            }
            io.firn.spi.topic.Topic last = toSpi(before);
            incarnations.end(change.name());
            incarnations.write();
            told = new TopicChange.Deleted(last);
        } else if (before == null) {
            told = new TopicChange.Created(toSpi(after));
            incarnations.write();
        } else {
            told = new TopicChange.Altered(toSpi(before), toSpi(after));
        }
        ears.forEach(ear -> tell(ear, told));
    }

    private static void tell(Ear ear, TopicChange change) {
        try {
            ear.thread.execute(() -> ear.hear(change));
        } catch (RejectedExecutionException e) {
            LOG.error("a plugin's topic listener was not told of {}: too many changes wait", change, e);
        }
    }

    /** The topic of that name in the SPI's words, null when there is none. Any thread, does not block. */
    public io.firn.spi.topic.@Nullable Topic find(String name) {
        Topic topic = registry.find(name);
        return topic == null ? null : toSpi(topic);
    }

    /** The topic in the SPI's words. Any thread, does not block. */
    public io.firn.spi.topic.Topic toSpi(Topic topic) {
        return new io.firn.spi.topic.Topic(
                topic.name(), kind(topic.name()), layout(topic), topic.attributes(), incarnations.of(topic.name()));
    }

    private TopicKind kind(String name) {
        if (TopicName.isRetry(name)) {
            return TopicKind.RETRY;
        }
        if (TopicName.isDlq(name)) {
            return TopicKind.DEAD_LETTER;
        }
        return registry.isSystem(name) ? TopicKind.SYSTEM : TopicKind.NORMAL;
    }

    private static TopicLayout layout(Topic topic) {
        return new TopicLayout(
                topic.readQueues(),
                topic.writeQueues(),
                topic.perm() & (TopicLayout.READ | TopicLayout.WRITE),
                topic.sysFlag(),
                topic.order() ? TopicLayout.Order.FIXED : TopicLayout.Order.FREE);
    }

    /** The topics for one plugin, told of changes on {@code thread}. */
    public TopicView viewFor(Executor thread) {
        return new View(thread);
    }

    private final class View implements TopicView {

        private final Executor thread;

        View(Executor thread) {
            this.thread = thread;
        }

        @Override
        public Optional<io.firn.spi.topic.Topic> get(String name) {
            return Optional.ofNullable(registry.find(name)).map(Topics.this::toSpi);
        }

        @Override
        public Collection<io.firn.spi.topic.Topic> all() {
            return registry.all().values().stream().map(Topics.this::toSpi).toList();
        }

        @Override
        public Registration onChange(TopicListener listener) {
            Ear ear = new Ear(thread, listener);
            ears.add(ear);
            return () -> {
                ear.close();
                ears.remove(ear);
            };
        }

        @Override
        public CompletionStage<io.firn.spi.topic.Topic> createIfAbsent(io.firn.spi.topic.Topic topic) {
            return create(topic);
        }

        @Override
        public CompletionStage<Void> follow(Collection<io.firn.spi.topic.Topic> topics) {
            return following == Following.ALLOWED
                    ? followAll(topics)
                    : CompletableFuture.failedFuture(
                            new IllegalStateException("the topics of this broker are its own: it is not read-only"));
        }
    }

    private CompletionStage<Void> followAll(Collection<io.firn.spi.topic.Topic> wanted) {
        List<CompletableFuture<?>> changes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (io.firn.spi.topic.Topic topic : wanted) {
            names.add(topic.name());
            Topic existing = registry.find(topic.name());
            if (existing == null) {
                changes.add(create(topic).toCompletableFuture());
            } else if (topic.kind() != TopicKind.SYSTEM && !isLike(existing, topic)) {
                changes.add(registry.put(fromSpi(topic)));
            }
        }
        for (String name : List.copyOf(registry.all().keySet())) {
            if (kind(name) == TopicKind.NORMAL && !names.contains(name)) {
                changes.add(registry.delete(name));
            }
        }
        return Refused.of(changes);
    }

    private boolean isLike(Topic existing, io.firn.spi.topic.Topic wanted) {
        io.firn.spi.topic.Topic seen = toSpi(existing);
        return seen.layout().equals(wanted.layout()) && seen.attributes().equals(wanted.attributes());
    }

    private CompletionStage<io.firn.spi.topic.Topic> create(io.firn.spi.topic.Topic wanted) {
        Topic existing = registry.find(wanted.name());
        if (existing != null) {
            return CompletableFuture.completedFuture(toSpi(existing));
        }
        UUID life = wanted.incarnation();
        incarnations.reserve(wanted.name(), life);
        return registry.ensure(fromSpi(wanted)).thenApply(this::toSpi).exceptionally(failure -> {
            throw refused(wanted.name(), failure);
        });
    }

    private static Topic fromSpi(io.firn.spi.topic.Topic topic) {
        TopicLayout layout = topic.layout();
        return new Topic(
                topic.name(),
                layout.readQueues(),
                layout.writeQueues(),
                layout.permissions(),
                FilterType.SINGLE_TAG,
                layout.sysFlag(),
                layout.order() == TopicLayout.Order.FIXED,
                Map.copyOf(topic.attributes()));
    }

    private static RuntimeException refused(String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RequestException) {
            return new IllegalArgumentException("topic " + name + " is refused: " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException other ? other : new CompletionException(cause);
    }
}
