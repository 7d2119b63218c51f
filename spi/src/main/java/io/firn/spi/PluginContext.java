package io.firn.spi;

import io.firn.spi.config.ConfigException;
import io.firn.spi.config.ConfigListener;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import io.firn.spi.metrics.MetricRegistry;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.TopicView;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * All that the broker offers a plugin. Valid from {@link BrokerPlugin#start} until {@link BrokerPlugin#stop} returned;
 * afterwards its parts throw {@link IllegalStateException} or do nothing. May be kept; any thread; nothing blocks unless
 * it says so.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface PluginContext {

    /**
     * Which plugin this is.
     *
     * @since 1.0
     */
    PluginIdentity plugin();

    /**
     * Which broker this is.
     *
     * @since 1.0
     */
    BrokerView broker();

    /**
     * The plugin's configuration as a record whose components carry {@link io.firn.spi.config.Key}; as it is now. May
     * block: reads files.
     *
     * @throws ConfigException when a key is unknown, missing, or its value not allowed; let it end {@code start}
     * @throws IllegalArgumentException when the record itself is not a configuration: a component without key, or of a type
     *     that can not be read
     * @since 1.0
     */
    <C extends Record> C config(Class<C> type);

    /**
     * Tells of changes of keys marked {@link io.firn.spi.config.Dynamic}.
     *
     * @since 1.0
     */
    <C extends Record> Registration onConfigChange(Class<C> type, ConfigListener<C> listener);

    /**
     * Takes what the plugin does; only during {@link BrokerPlugin#start}.
     *
     * @since 1.0
     */
    Registrar register();

    /**
     * Reads the local store.
     *
     * @since 1.0
     */
    BrokerReader reader();

    /**
     * The topics.
     *
     * @since 1.0
     */
    TopicView topics();

    /**
     * The consumer groups and their offsets.
     *
     * @since 1.0
     */
    GroupView groups();

    /**
     * Runs work later.
     *
     * @since 1.0
     */
    PluginScheduler scheduler();

    /**
     * Threads for work that waits: for a network, a disk, a lock. At most {@code maxConcurrent} tasks at a time, the next
     * 10,000 wait, beyond that {@link java.util.concurrent.RejectedExecutionException} is thrown. Each call gives a pool of
     * its own, ended by the broker after the plugin's stop: call it once per kind of work and keep it.
     *
     * @throws IllegalArgumentException when {@code maxConcurrent} is below 1
     * @since 1.0
     */
    Executor blockingIo(int maxConcurrent);

    /**
     * The plugin's metrics.
     *
     * @since 1.0
     */
    MetricRegistry metrics();

    /**
     * Where the plugin says how it is.
     *
     * @since 1.0
     */
    HealthReporter health();

    /**
     * A directory of the plugin's own in the store, {@code plugins/<id>}; it is there, no other plugin or broker uses it,
     * and it outlives upgrades.
     *
     * @since 1.0
     */
    Path dataDir();

    /**
     * Objects of the plugin's own in the object storage that another plugin provides, if there is one.
     *
     * @since 1.0
     */
    @Incubating
    ObjectSpace objects();

    /**
     * A logger of the plugin's name.
     *
     * @since 1.0
     */
    Logger logger();

    /**
     * Wall clock; may step backwards. Tests drive it, so ask it instead of the system.
     *
     * @since 1.0
     */
    Clock clock();

    /**
     * A moment from now on the broker's monotonic clock, which tests drive too.
     *
     * @since 1.0
     */
    Deadline deadline(Duration timeout);
}
