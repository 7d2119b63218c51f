package io.firn.broker.plugin.context;

import io.firn.broker.plugin.config.Settings;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ThreadFamily;
import io.firn.spi.BrokerView;
import io.firn.spi.HealthReporter;
import io.firn.spi.PluginContext;
import io.firn.spi.PluginIdentity;
import io.firn.spi.PluginScheduler;
import io.firn.spi.Registrar;
import io.firn.spi.config.ConfigListener;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Registration;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.MetricRegistry;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.TopicView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything the broker offers one plugin, from before its start until after its stop. Called by the plugin on any thread;
 * opened and closed on {@code firn-plugins}.
 */
public final class LiveContext implements PluginContext, AutoCloseable {

    private static final int WAITING_TASKS = 10_000;
    private static final int CALL_THREADS = 8;
    private static final int WAITING_CALLS = 1_000;
    private static final int OBJECT_THREADS = 64;

    private final PluginIdentity identity;
    private final PluginRef ref;
    private final Clock clock;
    private final ThreadFamily threads;
    private final Logger logger;
    private final PluginSeries series;
    private final HealthParts health;
    private final TaskDesk scheduler;
    private final RegistrationDesk desk;
    private final LiveConfig config;
    private final BrokerView broker;
    private final TopicView topics;
    private final GroupView groups;
    private final BrokerReader reader;
    private final ObjectSpace objects;
    private final Counter rejections;
    private final Runnable ended;
    private final Subscribed subscribed = new Subscribed();
    private final AtomicInteger pools = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Who the plugin is and what it stands on.
     *
     * @param dataDir its directory, made and locked
     * @param settings reads its settings
     * @param unlinked told when a call into it met a missing class
     * @param onEarlyEnd told of registrations that it ends itself
     */
    public record Seat(
            PluginIdentity identity,
            ClassLoader loader,
            ThreadFamily threads,
            Path dataDir,
            Supplier<Settings> settings,
            Consumer<LinkageError> unlinked,
            Consumer<Registered> onEarlyEnd) {}

    private LiveContext(Seat seat, ContextPorts ports) {
        this.identity = seat.identity();
        this.clock = ports.clock();
        this.threads = seat.threads();
        this.logger = LoggerFactory.getLogger("firn.plugin." + identity.id());
        this.series = new PluginSeries(identity.id(), logger);
        this.health = new HealthParts(logger);
        this.ref = new PluginRef(
                identity.id(),
                identity.version(),
                seat.loader(),
                seat.dataDir(),
                threads.blocking("call", CALL_THREADS, WAITING_CALLS),
                new Told(health, seat.unlinked()));
        this.scheduler = TaskDesk.open(ref, threads, clock, logger, series);
        this.desk = new RegistrationDesk(
                ref, () -> threads.blocking("objects", OBJECT_THREADS, WAITING_CALLS), seat.onEarlyEnd());
        this.config = new LiveConfig(seat.settings());
        this.rejections = series.counter("blocking_rejections", "Tasks refused because too many waited.");
        Executor events = threads.sequence("events", WAITING_TASKS);
        this.broker = subscribed.broker(ports.broker().apply(events));
        this.topics = subscribed.topics(ports.topics().apply(events), ref);
        this.groups = ports.groups();
        this.reader = ports.readers().apply(ref);
        this.objects = ports.objects().apply(ref);
        PluginRef self = ref;
        this.ended = () -> ports.ended().accept(self);
    }

    /** A context for a plugin that is about to start. */
    public static LiveContext open(Seat seat, ContextPorts ports) {
        return new LiveContext(seat, ports);
    }

    /** Faults of calls into the plugin, as parts of its health. */
    private record Told(HealthParts health, Consumer<LinkageError> gone) implements PluginRef.Troubles {

        @Override
        public void degraded(String part, String reason) {
            health.degraded(part, reason);
        }

        @Override
        public void recovered(String part) {
            health.up(part);
        }

        @Override
        public void unlinked(String part, LinkageError cause) {
            health.down(part, String.valueOf(cause));
            gone.accept(cause);
        }
    }

    /** The plugin for whoever calls it. */
    public PluginRef ref() {
        return ref;
    }

    /** The calling thread may register until {@link #endRegistering}. */
    public void beginRegistering() {
        desk.open();
    }

    /** What was registered; from now on nobody can. */
    public List<Registered> endRegistering() {
        return desk.close();
    }

    /** What is registered and was not ended. */
    public List<Registered> registered() {
        return desk.present();
    }

    public LiveConfig settings() {
        return config;
    }

    public HealthParts healthParts() {
        return health;
    }

    public PluginSeries series() {
        return series;
    }

    /** Takes no more tasks; what is due does not begin; listeners are told nothing more. */
    @Override
    public void close() {
        closed = true;
        scheduler.close();
        subscribed.close();
        objects.cancel();
        ended.run();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("plugin " + identity.id() + " has stopped: its context is closed");
        }
    }

    @Override
    public PluginIdentity plugin() {
        return identity;
    }

    @Override
    public BrokerView broker() {
        return broker;
    }

    @Override
    public <C extends Record> C config(Class<C> type) {
        checkOpen();
        return config.get(type);
    }

    @Override
    public <C extends Record> Registration onConfigChange(Class<C> type, ConfigListener<C> listener) {
        checkOpen();
        return config.onChange(type, listener);
    }

    @Override
    public Registrar register() {
        return desk;
    }

    @Override
    public BrokerReader reader() {
        checkOpen();
        return reader;
    }

    @Override
    public TopicView topics() {
        return topics;
    }

    @Override
    public GroupView groups() {
        return groups;
    }

    @Override
    public PluginScheduler scheduler() {
        return scheduler;
    }

    @Override
    public Executor blockingIo(int maxConcurrent) {
        checkOpen();
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("a pool has 1 thread or more, not " + maxConcurrent);
        }
        Executor pool = threads.blocking("io" + pools.incrementAndGet(), maxConcurrent, WAITING_TASKS);
        return task -> {
            try {
                pool.execute(task);
            } catch (RejectedExecutionException e) {
                rejections.increment();
                throw e;
            }
        };
    }

    @Override
    public MetricRegistry metrics() {
        return series;
    }

    @Override
    public HealthReporter health() {
        return health;
    }

    @Override
    public Path dataDir() {
        return ref.dataDir();
    }

    @Override
    public ObjectSpace objects() {
        return objects;
    }

    @Override
    public Logger logger() {
        return logger;
    }

    @Override
    public java.time.Clock clock() {
        return new WallClock(clock, ZoneOffset.UTC);
    }

    @Override
    public Deadline deadline(Duration timeout) {
        return Deadline.after(timeout, clock::nanos);
    }

    /** The broker's clock in the JDK's shape. */
    private static final class WallClock extends java.time.Clock {

        private final Clock clock;
        private final ZoneId zone;

        WallClock(Clock clock, ZoneId zone) {
            this.clock = clock;
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public java.time.Clock withZone(ZoneId other) {
            return new WallClock(clock, other);
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(clock.millis());
        }
    }
}
