package io.firn.spi;

import io.firn.spi.admin.AdminCommand;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.spi.contract.Incubating;
import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.metrics.MetricsContributor;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicCheck;
import io.firn.spi.topic.TopicSelector;

/**
 * Takes what a plugin does. Works only on the thread of, and during, {@link BrokerPlugin#start}: later calls throw
 * {@link IllegalStateException}. The order of calls does not matter; all take effect together after {@code start}. A name
 * that the plugin has used for the same kind before throws {@link IllegalArgumentException}. A plugin that registers
 * nothing does not start.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Registrar {

    /**
     * Looks at, changes or refuses messages.
     *
     * @since 1.0
     */
    Registration putHook(HookSpec spec, PutMessageHook hook);

    /**
     * Refuses messages after asking elsewhere.
     *
     * @since 1.0
     */
    @Incubating
    Registration asyncPutHook(AsyncHookSpec spec, AsyncPutHook hook);

    /**
     * Follows the log.
     *
     * @since 1.0
     */
    Registration dispatcher(DispatcherSpec spec, CommitLogDispatcher dispatcher);

    /**
     * Keeps segments.
     *
     * @since 1.0
     */
    Registration segmentCleanup(SegmentCleanupHook hook);

    /**
     * Serves what the local store no longer has.
     *
     * @since 1.0
     */
    Registration coldReader(ColdReaderSpec spec, ColdReader reader);

    /**
     * Replaces what readers see of queues.
     *
     * @since 1.0
     */
    Registration queueReader(TopicSelector topics, QueueReaderFactory factory);

    /**
     * Keeps objects for other plugins. One plugin at a time does: a second one does not start, and the error names both.
     *
     * @since 1.0
     */
    @Incubating
    Registration objectStorage(ObjectStorage storage);

    /**
     * Adds a topic attribute. Throws {@link IllegalArgumentException} when the broker or another plugin has it.
     *
     * @since 1.0
     */
    Registration topicAttribute(TopicAttributeSpec<?> spec);

    /**
     * Refuses topics.
     *
     * @since 1.0
     */
    Registration topicCheck(TopicCheck check);

    /**
     * Adds a command for operators.
     *
     * @since 1.0
     */
    <A extends Record> Registration admin(CommandSpec<A> spec, AdminCommand<A> command);

    /**
     * Adds an HTTP route.
     *
     * @since 1.0
     */
    Registration http(HttpRoute route, HttpHandler handler);

    /**
     * Adds metrics whose rows come and go.
     *
     * @since 1.0
     */
    Registration metrics(MetricsContributor contributor);
}
