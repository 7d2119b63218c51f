package io.firn.spi.fake;

import io.firn.spi.PluginContext;
import io.firn.spi.PluginIdentity;
import io.firn.spi.config.ConfigException;
import io.firn.spi.config.ConfigListener;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that a broker offers, in memory; the plugin's files are real. A test reaches in by the covariant getters. */
public final class FakeContext implements PluginContext, AutoCloseable {

    private static final int SEGMENT_BYTES = 4096;

    private final FakeBroker broker;
    private final List<Record> configs;
    private final ManualClock clock = new ManualClock();
    private final FakeRegistrar registrar = new FakeRegistrar();
    private final FakeLog log = new FakeLog(SEGMENT_BYTES);
    private final FakeTopics topics = new FakeTopics();
    private final FakeGroups groups = new FakeGroups();
    private final FakeScheduler scheduler = new FakeScheduler(clock);
    private final FakeMetrics metrics = new FakeMetrics();
    private final FakeHealth health = new FakeHealth();
    private final FakeObjectSpace objects = new FakeObjectSpace("fake");
    private final List<ExecutorService> pools = new CopyOnWriteArrayList<>();

    /**
     * A broker with an empty store.
     *
     * @param storeDir an empty directory
     * @param configs what {@link #config} gives, by type
     */
    public FakeContext(Path storeDir, Record... configs) {
        this.broker = new FakeBroker(storeDir);
        this.configs = List.of(configs);
    }

    @Override
    public PluginIdentity plugin() {
        return new PluginIdentity("fake", "0.0.0", ">=1.0.0 & <2.0.0", "0".repeat(64), Optional.empty());
    }

    @Override
    public FakeBroker broker() {
        return broker;
    }

    @Override
    public <C extends Record> C config(Class<C> type) {
        return configs.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new ConfigException("the test gave no " + type.getSimpleName()));
    }

    @Override
    public <C extends Record> Registration onConfigChange(Class<C> type, ConfigListener<C> listener) {
        return () -> {};
    }

    @Override
    public FakeRegistrar register() {
        return registrar;
    }

    @Override
    public FakeLog reader() {
        return log;
    }

    @Override
    public FakeTopics topics() {
        return topics;
    }

    @Override
    public FakeGroups groups() {
        return groups;
    }

    @Override
    public FakeScheduler scheduler() {
        return scheduler;
    }

    @Override
    public Executor blockingIo(int maxConcurrent) {
        Semaphore permits = new Semaphore(maxConcurrent);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
        pools.add(pool);
        return task -> pool.execute(() -> {
            permits.acquireUninterruptibly();
            try {
                task.run();
            } finally {
                permits.release();
            }
        });
    }

    @Override
    public FakeMetrics metrics() {
        return metrics;
    }

    @Override
    public FakeHealth health() {
        return health;
    }

    @Override
    public Path dataDir() {
        Path dir = broker.storeDir().resolve("plugins").resolve("fake");
        try {
            return Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the plugin's data", e);
        }
    }

    @Override
    public FakeObjectSpace objects() {
        return objects;
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("fake");
    }

    @Override
    public ManualClock clock() {
        return clock;
    }

    @Override
    public Deadline deadline(Duration timeout) {
        return Deadline.after(timeout, clock::nanos);
    }

    /** Ends the plugin's pools and scheduler, as the broker does after a stop. */
    @Override
    public void close() {
        scheduler.end();
        pools.forEach(ExecutorService::shutdownNow);
    }
}
