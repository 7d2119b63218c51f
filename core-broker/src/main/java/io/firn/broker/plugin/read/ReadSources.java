package io.firn.broker.plugin.read;

import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetFloor;
import io.firn.broker.queue.OldMessages;
import io.firn.broker.queue.QueueSource;
import io.firn.broker.queue.QueueSources;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TableChange;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicListener;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.contract.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of this package: what plugins have registered to read with, and which topics it serves. Look-ups are for any
 * thread and allocate nothing: the table is made when plugins come and go and when topics change, and a topic that no
 * plugin serves is not in it. Owner of claims and table: this object's lock.
 */
public final class ReadSources implements QueueSources, OffsetFloor, RegistrationSink, TopicListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadSources.class);
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);

    private final ReadEngine engine;
    private final Guards guards;
    private final LocalQueues local;
    private final TopicRegistry topics;
    private final Function<Topic, io.firn.spi.topic.Topic> view;

    private final Map<Registered, ColdClaim> colds = new LinkedHashMap<>();
    private final Map<Registered, QueueClaim> queues = new LinkedHashMap<>();
    private volatile Map<String, Served> table = Map.of();
    /** Plugins whose successor is coming: completes when it is there, or will not come. */
    private final Map<String, CompletableFuture<Void>> changing = new HashMap<>();
    /** Null before {@link #remember}. */
    private @Nullable ServedTopics remembered;

    private ReadSources(
            ReadEngine engine,
            Guards guards,
            LocalQueues local,
            TopicRegistry topics,
            Function<Topic, io.firn.spi.topic.Topic> view) {
        this.engine = engine;
        this.guards = guards;
        this.local = local;
        this.topics = topics;
        this.view = view;
    }

    /**
     * Without any source yet.
     *
     * @param topics whose changes are listened to; wiring time
     * @param view a topic as plugins see it
     */
    public static ReadSources open(
            ReadConfig config,
            LocalQueues local,
            TopicRegistry topics,
            Function<Topic, io.firn.spi.topic.Topic> view,
            Measures measures) {
        ByteBudget budget = new ByteBudget(config.bytes().toBytes());
        ReadEngine engine = new ReadEngine(
                config, measures.guards.clock(), new ReadTimer(), budget, new ReadMetrics(measures.metrics, budget));
        ReadSources sources = new ReadSources(engine, measures.guards, local, topics, view);
        topics.onChange(sources);
        return sources;
    }

    /**
     * What looks after the reads.
     *
     * @param guards of all plugins; its clock is the clock of the reads
     */
    public record Measures(Guards guards, Metrics metrics) {}

    /** Keeps on disk which topics plugins serve, for starts without them. Once, while wiring. */
    public void remember(Path directory) {
        remembered = ServedTopics.open(directory);
    }

    @Override
    public @Nullable QueueSource of(String topic) {
        Map<String, Served> now = table;
        if (now.isEmpty()) {
            return null;
        }
        Served served = now.get(topic);
        return served == null ? null : served.source();
    }

    @Override
    public long of(String topic, int queueId) {
        return switch (of(topic)) {
            case null -> 0;
            case ColdSource cold -> cold.floor(queueId);
            case OverrideSource override -> override.floor(queueId);
            case PausedSource paused -> throw paused.busy();
            case QueueSource other -> throw new IllegalStateException("an unknown source: " + other);
        };
    }

    /** Queries by place and by key of what the local store no longer has. */
    public OldMessages oldMessages() {
        return new ColdQueries(engine, this::coldClaims, topic -> {
            Served served = table.get(topic);
            return served == null ? List.of() : served.colds();
        });
    }

    /**
     * The newest message of a key as it is stored; empty when there is none. Fails with a {@link RequestException} for a
     * topic that no plugin replaces.
     */
    public CompletableFuture<Optional<byte[]>> latest(String topic, int queueId, byte[] key) {
        return of(topic) instanceof OverrideSource override
                ? override.latest(queueId, key)
                : CompletableFuture.failedFuture(new RequestException(
                        ResponseCode.SYSTEM_ERROR, "no plugin keeps the latest messages by key of topic " + topic));
    }

    /**
     * Behind the last byte of the log that cold readers have; 0 without any. Waits for them: at start only.
     *
     * @throws PluginException when one can not tell: positions might be used twice
     */
    public long positionFloor() {
        return PositionFloor.of(engine, coldClaims());
    }

    private synchronized List<ColdClaim> coldClaims() {
        return List.copyOf(colds.values());
    }

    /** {@inheritDoc} Waits, not for ever, until the queues that are replaced now are open. */
    @Override
    public void add(List<Registered> all) {
        List<CompletableFuture<?>> opening = new ArrayList<>();
        CompletableFuture<Void> waited;
        synchronized (this) {
            Map<Registered, ColdClaim> newColds = new LinkedHashMap<>();
            Map<Registered, QueueClaim> newQueues = new LinkedHashMap<>();
            for (Registered each : all) {
                claim(each, newColds, newQueues);
            }
            String id = all.getFirst().owner().id();
            if (newColds.isEmpty() && newQueues.isEmpty() && !isKnown(id)) {
                return;
            }
            checkOwners(newColds.values(), newQueues.values());
            waited = changing.remove(id);
            List<Served> before = List.copyOf(table.values());
            // what a predecessor left offline goes with its successor's coming
            colds.keySet().removeIf(old -> old.owner().id().equals(id));
            queues.keySet().removeIf(old -> old.owner().id().equals(id));
            colds.putAll(newColds);
            queues.putAll(newQueues);
            rebuild(before);
            writeOrRefuse(newColds.values(), newQueues.values());
            for (Map.Entry<String, Served> entry : table.entrySet()) {
                Topic topic = topics.find(entry.getKey());
                if (topic != null && newQueues.containsValue(entry.getValue().queue())) {
                    opening.add(opened(topic));
                }
            }
        }
        ReadEngine.await(opening, OPEN_LIMIT);
        if (waited != null) {
            waited.complete(null);
        }
    }

    /** Whether a predecessor has left something here. */
    private boolean isKnown(String id) {
        return changing.containsKey(id)
                || colds.keySet().stream().anyMatch(one -> one.owner().id().equals(id))
                || queues.keySet().stream().anyMatch(one -> one.owner().id().equals(id));
    }

    /** What is not noted would not be known at a start without the plugin: then nothing of it is called. */
    private void writeOrRefuse(Collection<ColdClaim> addedColds, Collection<QueueClaim> addedQueues) {
        try {
            write();
        } catch (StorageException e) {
            for (ColdClaim claim : addedColds) {
                var _ = claim.guard().end();
            }
            for (QueueClaim claim : addedQueues) {
                var _ = claim.guard().end();
            }
            throw e;
        }
    }

    private void write() {
        ServedTopics file = remembered;
        if (file != null) {
            Set<String> ids = new LinkedHashSet<>();
            colds.keySet().forEach(one -> ids.add(one.owner().id()));
            queues.keySet().forEach(one -> ids.add(one.owner().id()));
            ids.forEach(id -> file.note(
                    id,
                    topicsWhere(served -> served.isReplacedBy(id)),
                    topicsWhere(served -> served.isExtendedBy(id))));
            file.write();
        }
    }

    private List<String> topicsWhere(Predicate<Served> condition) {
        return table.entrySet().stream()
                .filter(entry -> condition.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void claim(Registered each, Map<Registered, ColdClaim> newColds, Map<Registered, QueueClaim> newQueues) {
        if (each instanceof Registered.Cold cold) {
            ReadGuard guard = new ReadGuard(each.owner(), each.label(), guards);
            newColds.put(each, new ColdClaim(cold.spec(), cold.reader(), guard));
        } else if (each instanceof Registered.Queue queue) {
            ReadGuard guard = new ReadGuard(each.owner(), each.label(), guards);
            newQueues.put(each, new QueueClaim(queue.topics(), queue.factory(), guard));
        }
    }

    private void checkOwners(Collection<ColdClaim> newColds, Collection<QueueClaim> newQueues) {
        try {
            new TopicOwners(topics, view).check(newQueues, queues.values());
        } catch (PluginException e) {
            newColds.forEach(each -> each.guard().close());
            newQueues.forEach(each -> each.guard().close());
            throw e;
        }
    }

    /** Under the lock: makes the table anew; sources of topics whose claims did not change stay. */
    private void rebuild(List<Served> before) {
        Map<String, Served> next = new HashMap<>();
        for (Topic topic : topics.all().values()) {
            Served served = served(topic);
            if (served != null) {
                next.put(topic.name(), served);
            }
        }
        table = Map.copyOf(next);
        before.stream().filter(old -> !next.containsValue(old)).forEach(Served::close);
    }

    /** What serves a topic by the claims there are; null for nothing. */
    private @Nullable Served served(Topic topic) {
        if (colds.isEmpty() && queues.isEmpty()) {
            return null;
        }
        io.firn.spi.topic.Topic seen = view.apply(topic);
        List<ColdClaim> cold = colds.values().stream()
                .filter(claim -> claim.spec().topics().test(seen))
                .sorted((a, b) -> Integer.compare(b.spec().priority(), a.spec().priority()))
                .toList();
        List<QueueClaim> owners = queues.values().stream()
                .filter(claim -> claim.topics().test(seen))
                .toList();
        QueueClaim owner = owners.isEmpty() ? null : owners.getFirst();
        Served old = table.get(topic.name());
        CompletableFuture<Void> gate = gate(owner, cold);
        boolean same =
                old != null && Objects.equals(old.queue(), owner) && old.colds().equals(cold) && owners.size() < 2;
        if (old != null && same && old.isPaused() == (gate != null)) {
            return old;
        }
        if (gate != null) {
            QueueSource.Reach reach = owner == null ? QueueSource.Reach.EXTENDS : QueueSource.Reach.REPLACES;
            return new Served(new PausedSource(engine, topic.name(), reach, gate, this), owner, cold);
        }
        if (owner == null) {
            return cold.isEmpty() ? null : new Served(new ColdSource(engine, topic.name(), cold), null, cold);
        }
        ColdSource beneath = cold.isEmpty() ? null : new ColdSource(engine, topic.name(), cold);
        if (owners.size() > 1) {
            LOG.error(
                    "topic {} is offline: claimed by {} and by {}; let one of them choose other topics",
                    topic.name(),
                    owners.get(0).guard().name(),
                    owners.get(1).guard().name());
            owner = QueueClaim.disputed(owners);
        }
        return new Served(new OverrideSource(engine, owner, topic.name(), local, beneath), owner, cold);
    }

    /** What to wait for before anything of these is asked; null for nothing. */
    private @Nullable CompletableFuture<Void> gate(@Nullable QueueClaim owner, List<ColdClaim> cold) {
        CompletableFuture<Void> gate =
                owner == null ? null : changing.get(owner.guard().owner().id());
        for (ColdClaim claim : cold) {
            gate = gate == null ? changing.get(claim.guard().owner().id()) : gate;
        }
        return gate;
    }

    @Override
    public List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
        List<ReadGuard> ending = new ArrayList<>();
        List<OverrideSource> closing = new ArrayList<>();
        synchronized (this) {
            for (Registered each : all) {
                ColdClaim cold = colds.get(each);
                QueueClaim queue = queues.get(each);
                if (cold != null) {
                    ending.add(cold.guard());
                }
                if (queue != null) {
                    ending.add(queue.guard());
                    table.values().forEach(served -> {
                        if (queue.equals(served.queue()) && served.source() instanceof OverrideSource override) {
                            closing.add(override);
                        }
                    });
                }
            }
            List<Served> before = List.copyOf(table.values());
            switch (leaving) {
                case AWAY -> {
                    colds.keySet().removeAll(all);
                    queues.keySet().removeAll(all);
                    rebuild(before);
                }
                case HANDOVER -> {
                    all.stream()
                            .filter(each -> colds.containsKey(each) || queues.containsKey(each))
                            .forEach(each ->
                                    changing.computeIfAbsent(each.owner().id(), id -> new CompletableFuture<>()));
                    rebuild(before);
                }
                case OFFLINE -> {
                    // the claims stay, and their guards refuse
                }
            }
        }
        ReadEngine.await(ending.stream().map(ReadGuard::end).toList(), deadline.remaining());
        ReadEngine.await(closing.stream().map(OverrideSource::close).toList(), deadline.remaining());
        ReadEngine.await(ending.stream().map(ReadGuard::end).toList(), deadline.remaining());
        ending.forEach(ReadGuard::close);
        return ending.stream()
                .filter(guard -> guard.running() > 0)
                .map(guard -> guard.running() + " reads of " + guard.name())
                .toList();
    }

    /** {@inheritDoc} Reads of its topics fail until {@link #remove} gives them back to the local store. */
    @Override
    public synchronized void cease(Registered one) {
        ColdClaim cold = colds.get(one);
        QueueClaim queue = queues.get(one);
        if (cold != null) {
            var _ = cold.guard().end();
        }
        if (queue != null) {
            var _ = queue.guard().end();
        }
    }

    @Override
    public void withhold(String pluginId, String why) {
        CompletableFuture<Void> waited;
        synchronized (this) {
            List<Served> before = List.copyOf(table.values());
            waited = changing.remove(pluginId);
            if (!isKnown(pluginId)) {
                absent(pluginId, why);
            }
            rebuild(before);
        }
        if (waited != null) {
            waited.complete(null);
        }
    }

    /** Claims of a plugin that is not there to the topics that it served when it was there last. */
    private void absent(String pluginId, String why) {
        ServedTopics file = remembered;
        ServedTopics.Topics served = file == null ? null : file.of(pluginId);
        if (served == null) {
            LOG.warn("plugin {} {}: it is not known to have served reads of a topic", pluginId, why);
            return;
        }
        AbsentReaders absent = new AbsentReaders(pluginId, why, guards);
        queues.putAll(absent.replacing(served.replaced()));
        colds.putAll(absent.extending(served.extended()));
        LOG.warn(
                "plugin {} {}: offline are topics {}, and old messages of {}",
                pluginId,
                why,
                served.replaced(),
                served.extended());
    }

    @Override
    public void release(String pluginId) {
        CompletableFuture<Void> waited;
        synchronized (this) {
            List<Served> before = List.copyOf(table.values());
            waited = changing.remove(pluginId);
            colds.keySet().removeIf(one -> one.owner().id().equals(pluginId));
            queues.keySet().removeIf(one -> one.owner().id().equals(pluginId));
            rebuild(before);
            ServedTopics file = remembered;
            if (file != null) {
                file.forget(pluginId);
            }
        }
        if (waited != null) {
            waited.complete(null);
        }
    }

    /** {@inheritDoc} */
    @Override
    public void onChange(TableChange<Topic> change) {
        synchronized (this) {
            Served before = table.get(change.name());
            Topic after = change.after();
            Served now = after == null ? null : served(after);
            if (Objects.equals(before, now)) {
                return;
            }
            Map<String, Served> next = new HashMap<>(table);
            if (now == null) {
                next.remove(change.name());
            } else {
                next.put(change.name(), now);
            }
            table = Map.copyOf(next);
            if (before != null) {
                before.close();
            }
            try {
                write();
            } catch (StorageException e) {
                LOG.error(
                        "topic {} is not noted as served by plugins: a start without them would not know",
                        change.name(),
                        e);
            }
            if (now != null && after != null) {
                var _ = opened(after);
            }
        }
    }

    /** Completes when the readers of these topics' queues are open or have failed: from then on they take messages. */
    public CompletableFuture<?> opened(Collection<Topic> changed) {
        return CompletableFuture.allOf(changed.stream().map(this::opened).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> opened(Topic topic) {
        return of(topic.name()) instanceof OverrideSource override
                ? override.open(topic.queues())
                : CompletableFuture.completedFuture(topic);
    }

    /** Answers all reads under way without messages: a server that stops has nobody left to wait for. Any thread. */
    public void endWaiting() {
        engine.cancelAll();
    }

    /** Calls off what is under way; from now on no deadline is kept. Plugins have been removed before. */
    @Override
    public void close() {
        engine.cancelAll();
        engine.timer().close();
    }
}
