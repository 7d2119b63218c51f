package io.firn.broker.plugin;

import io.firn.broker.plugin.context.ContextPorts;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.BrokerRole;
import io.firn.spi.BrokerView;
import io.firn.spi.RoleListener;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Registration;
import io.firn.spi.topic.Group;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicListener;
import io.firn.spi.topic.TopicView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A plugin host over directories of its own, with a sink that notes what it is given. */
final class HostRoom implements AutoCloseable {

    final Path jars;
    final Path conf;
    final Path state;
    final Path trusted;
    final Notes sink = new Notes();
    Metrics metrics = new Metrics();
    final Map<String, String> environment = new HashMap<>();
    private Duration limit = Duration.ofSeconds(20);
    private TrustMode trust = TrustMode.OFF;
    private Set<String> required = Set.of();
    private Set<String> without = Set.of();
    private Set<String> detach = Set.of();
    private PluginHost host;

    HostRoom(Path root) {
        jars = root.resolve("plugins");
        conf = root.resolve("conf");
        state = root.resolve("store");
        trusted = conf.resolve("trusted");
        try {
            Files.createDirectories(jars);
            Files.createDirectories(conf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HostRoom limit(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    HostRoom trust(TrustMode mode) {
        trust = mode;
        return this;
    }

    HostRoom require(String... ids) {
        required = Set.of(ids);
        return this;
    }

    HostRoom without(String... ids) {
        without = Set.of(ids);
        return this;
    }

    HostRoom detach(String... ids) {
        detach = Set.of(ids);
        return this;
    }

    PluginHost open() {
        PluginConfig config =
                new PluginConfig(jars, conf, state, trust, trusted, trusted, required, without, detach, limit, limit);
        metrics = new Metrics();
        host = PluginHost.open(
                config,
                new PluginPorts(
                        new ContextPorts(
                                thread -> new Self(state),
                                ref -> unused(io.firn.spi.read.BrokerReader.class),
                                thread -> new NoTopics(),
                                new NoGroups(),
                                Clock.system(),
                                ref -> sink.events.add("ended " + ref)),
                        List.of(sink),
                        metrics,
                        Clock.system(),
                        (component, cause) -> {
                            throw new AssertionError(component, cause);
                        },
                        new AuditLog(state, Clock.system()),
                        environment));
        return host;
    }

    private static <T> T unused(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    PluginStatus status(String id) {
        return host.status().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no plugin " + id + " in " + host.status()));
    }

    String audit() throws IOException {
        return Files.readString(state.resolve("audit.log"));
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
        }
    }

    /** What is in force now, and what happened. */
    static final class Notes implements RegistrationSink {

        final List<Registered> active = new CopyOnWriteArrayList<>();
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void add(List<Registered> all) {
            active.addAll(all);
            all.forEach(one -> events.add("+" + one.owner() + " " + one.label()));
        }

        @SuppressWarnings("ReferenceEquality") // equal registrations are not the same one
        @Override
        public List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
            all.forEach(one -> {
                if (active.removeIf(other -> other == one)) {
                    events.add("-" + one.owner() + " " + one.label() + " " + leaving);
                }
            });
            return List.of();
        }

        @Override
        public void withhold(String pluginId, String why) {
            events.add("withhold " + pluginId);
        }

        @Override
        public void release(String pluginId) {
            events.add("release " + pluginId);
        }
    }

    private record Self(Path storeDir) implements BrokerView {

        @Override
        public String cluster() {
            return "c";
        }

        @Override
        public String name() {
            return "b";
        }

        @Override
        public long id() {
            return 0;
        }

        @Override
        public String version() {
            return "0";
        }

        @Override
        public BrokerRole role() {
            return BrokerRole.PRIMARY;
        }

        @Override
        public Registration onRoleChange(RoleListener listener) {
            return () -> {};
        }
    }

    private static final class NoTopics implements TopicView {

        @Override
        public Optional<Topic> get(String name) {
            return Optional.empty();
        }

        @Override
        public Collection<Topic> all() {
            return List.of();
        }

        @Override
        public Registration onChange(TopicListener listener) {
            return () -> {};
        }

        @Override
        public CompletionStage<Topic> createIfAbsent(Topic topic) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no topics here"));
        }

        @Override
        public CompletionStage<Void> follow(Collection<Topic> topics) {
            return CompletableFuture.failedFuture(new IllegalStateException("no topics here"));
        }
    }

    private static final class NoGroups implements GroupView {

        @Override
        public Collection<Group> all() {
            return List.of();
        }

        @Override
        public OptionalLong committed(String group, QueueRef queue) {
            return OptionalLong.empty();
        }

        @Override
        public Map<QueueRef, Long> committed(String group) {
            return Map.of();
        }

        @Override
        public CompletionStage<Void> restore(Group group, Map<QueueRef, Long> offsets) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("no groups here"));
        }

        @Override
        public CompletionStage<Void> follow(Group group, Map<QueueRef, Long> offsets) {
            return CompletableFuture.failedFuture(new IllegalStateException("no groups here"));
        }
    }
}
