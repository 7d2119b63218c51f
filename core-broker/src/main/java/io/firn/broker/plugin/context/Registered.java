package io.firn.broker.plugin.context;

import io.firn.spi.admin.AdminCommand;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One thing a plugin has registered. Immutable; two registrations are never equal, and to tell them apart no code of the
 * plugin is asked: its own {@code hashCode} may change or throw. Any thread.
 */
public sealed interface Registered {

    /** Which plugin. */
    PluginRef owner();

    /** Kind and name, for operators: {@code put hook upper}. */
    String label();

    /** Of {@link io.firn.spi.Registrar#putHook}. */
    record Put(PluginRef owner, HookSpec spec, PutMessageHook hook) implements Registered {
        @Override
        public String label() {
            return "put hook " + spec.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#asyncPutHook}. */
    record AsyncPut(PluginRef owner, AsyncHookSpec spec, AsyncPutHook hook) implements Registered {
        @Override
        public String label() {
            return "async put hook " + spec.hook().name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#dispatcher}. */
    record Dispatch(PluginRef owner, DispatcherSpec spec, CommitLogDispatcher dispatcher) implements Registered {
        @Override
        public String label() {
            return "dispatcher " + spec.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#segmentCleanup}. */
    record Cleanup(PluginRef owner, SegmentCleanupHook hook) implements Registered {
        @Override
        public String label() {
            return "segment cleanup";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#coldReader}. */
    record Cold(PluginRef owner, ColdReaderSpec spec, ColdReader reader) implements Registered {
        @Override
        public String label() {
            return "cold reader " + spec.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#queueReader}. */
    record Queue(PluginRef owner, TopicSelector topics, QueueReaderFactory factory) implements Registered {
        @Override
        public String label() {
            return "queue reader of topics " + topics;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /**
     * Of {@link io.firn.spi.Registrar#objectStorage}.
     *
     * @param threads of the plugin, for calls into it
     */
    record Objects(PluginRef owner, ObjectStorage storage, Executor threads) implements Registered {
        @Override
        public String label() {
            return "object storage";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#topicAttribute}. */
    record Attribute(PluginRef owner, TopicAttributeSpec<?> spec) implements Registered {
        @Override
        public String label() {
            return "topic attribute " + spec.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#topicCheck}. */
    record Check(PluginRef owner, TopicCheck check) implements Registered {
        @Override
        public String label() {
            return "topic check";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#admin}. */
    record Command<A extends Record>(PluginRef owner, CommandSpec<A> spec, AdminCommand<A> command)
            implements Registered {
        @Override
        public String label() {
            return "command " + spec.name();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#http}. */
    record Route(PluginRef owner, HttpRoute route, HttpHandler handler) implements Registered {
        @Override
        public String label() {
            return "route " + route.method() + " " + route.path();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Of {@link io.firn.spi.Registrar#metrics}. */
    record Metering(PluginRef owner, MetricsContributor contributor) implements Registered {
        @Override
        public String label() {
            return "metrics";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
