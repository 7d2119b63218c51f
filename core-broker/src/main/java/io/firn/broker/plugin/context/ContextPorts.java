package io.firn.broker.plugin.context;

import io.firn.broker.runtime.Clock;
import io.firn.spi.BrokerView;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.TopicView;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What of the broker a plugin's context is made of.
 *
 * @param broker for one plugin, told of changes on its thread
 * @param readers for one plugin
 * @param topics for one plugin, told of changes on its thread
 * @param groups for every plugin
 * @param objects for one plugin
 * @param clock wall and monotonic
 * @param ended told of a plugin that has stopped
 */
public record ContextPorts(
        Function<Executor, BrokerView> broker,
        Function<PluginRef, BrokerReader> readers,
        Function<Executor, TopicView> topics,
        GroupView groups,
        Function<PluginRef, ObjectSpace> objects,
        Clock clock,
        Consumer<PluginRef> ended) {}
