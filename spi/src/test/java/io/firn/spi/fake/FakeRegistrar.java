package io.firn.spi.fake;

import io.firn.spi.Registrar;
import io.firn.spi.admin.AdminCommand;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdReaderSpec;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a plugin registers; takes nothing once {@link #end ended}. */
public final class FakeRegistrar implements Registrar {

    private final List<Registered> all = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    /**
     * One thing that was registered.
     *
     * @param spec name of the thing within its kind; empty for kinds without
     */
    public record Registered(String kind, String spec, Object implementation) {}

    /** What is registered now. */
    public List<Registered> all() {
        return List.copyOf(all);
    }

    /** The only thing of this type; fails when there are none or several. */
    public <T> T only(Class<T> type) {
        List<Registered> found =
                all.stream().filter(r -> type.isInstance(r.implementation())).toList();
        if (found.size() != 1) {
            throw new IllegalStateException("registered of " + type.getSimpleName() + ": " + found);
        }
        return type.cast(found.getFirst().implementation());
    }

    /** {@code start} has returned. */
    public void end() {
        ended = true;
    }

    @Override
    public Registration putHook(HookSpec spec, PutMessageHook hook) {
        return add("put hook", spec.name(), hook);
    }

    @Override
    public Registration asyncPutHook(AsyncHookSpec spec, AsyncPutHook hook) {
        return add("put hook", spec.hook().name(), hook);
    }

    @Override
    public Registration dispatcher(DispatcherSpec spec, CommitLogDispatcher dispatcher) {
        return add("dispatcher", spec.name(), dispatcher);
    }

    @Override
    public Registration segmentCleanup(SegmentCleanupHook hook) {
        return add("cleanup hook", "", hook);
    }

    @Override
    public Registration coldReader(ColdReaderSpec spec, ColdReader reader) {
        return add("cold reader", spec.name(), reader);
    }

    @Override
    public Registration queueReader(TopicSelector topics, QueueReaderFactory factory) {
        return add("queue reader", "", factory);
    }

    @Override
    public Registration objectStorage(ObjectStorage storage) {
        return add("object storage", "", storage);
    }

    @Override
    public Registration topicAttribute(TopicAttributeSpec<?> spec) {
        return add("topic attribute", spec.name(), spec);
    }

    @Override
    public Registration topicCheck(TopicCheck check) {
        return add("topic check", "", check);
    }

    @Override
    public <A extends Record> Registration admin(CommandSpec<A> spec, AdminCommand<A> command) {
        return add("command", spec.name(), command);
    }

    @Override
    public Registration http(HttpRoute route, HttpHandler handler) {
        return add("route", route.method() + " " + route.path(), handler);
    }

    @Override
    public Registration metrics(MetricsContributor contributor) {
        return add("metrics", "", contributor);
    }

    private Registration add(String kind, String spec, Object implementation) {
        if (ended) {
            throw new IllegalStateException("registering ends with start");
        }
        if (!spec.isEmpty()
                && all.stream().anyMatch(r -> r.kind().equals(kind) && r.spec().equals(spec))) {
            throw new IllegalArgumentException("there is a " + kind + " named " + spec + " already");
        }
        Registered registered = new Registered(kind, spec, implementation);
        all.add(registered);
        return () -> all.remove(registered);
    }
}
