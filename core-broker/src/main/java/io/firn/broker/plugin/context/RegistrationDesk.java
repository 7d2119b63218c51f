package io.firn.broker.plugin.context;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a plugin registers during its start. Open on the starting thread only; closed when {@code start} returned, and
 * then what is here counts. Guarded by its monitor, because registrations may be closed by any thread.
 */
final class RegistrationDesk implements Registrar {

    private final PluginRef owner;
    private final Supplier<Executor> objectThreads;
    private final Consumer<Registered> onEarlyEnd;
    private final List<Registered> all = new ArrayList<>();
    private @Nullable Thread starter;

    /**
     * Closed.
     *
     * @param objectThreads gives a pool for calls into an object storage
     * @param onEarlyEnd told of registrations that the plugin ends itself while it is active; any thread
     */
    RegistrationDesk(PluginRef owner, Supplier<Executor> objectThreads, Consumer<Registered> onEarlyEnd) {
        this.owner = owner;
        this.objectThreads = objectThreads;
        this.onEarlyEnd = onEarlyEnd;
    }

    /** The calling thread may register until {@link #close}. */
    synchronized void open() {
        starter = Thread.currentThread();
    }

    /** Nobody may register any more; what was registered. */
    synchronized List<Registered> close() {
        starter = null;
        return List.copyOf(all);
    }

    /** What is registered now. */
    synchronized List<Registered> present() {
        return List.copyOf(all);
    }

    private Registration take(Registered one) {
        synchronized (this) {
            if (starter != Thread.currentThread()) {
                throw new IllegalStateException("plugin " + owner.id() + " registers " + one.label()
                        + " outside of start(): registering works only on the thread of start(), before it returns");
            }
            for (Registered other : all) {
                if (other.getClass() == one.getClass()
                        && isNamed(one)
                        && other.label().equals(one.label())) {
                    throw new IllegalArgumentException("plugin " + owner.id() + " registers " + one.label() + " twice");
                }
            }
            all.add(one);
        }
        return () -> end(one);
    }

    private static boolean isNamed(Registered one) {
        return !(one instanceof Registered.Cleanup
                || one instanceof Registered.Check
                || one instanceof Registered.Metering);
    }

    @SuppressWarnings("ReferenceEquality") // equal registrations are not the same one
    private void end(Registered one) {
        boolean active;
        synchronized (this) {
            active = all.removeIf(other -> other == one) && starter == null;
        }
        if (active) {
            onEarlyEnd.accept(one);
        }
    }

    @Override
    public Registration putHook(HookSpec spec, PutMessageHook hook) {
        return take(new Registered.Put(owner, spec, hook));
    }

    @Override
    public Registration asyncPutHook(AsyncHookSpec spec, AsyncPutHook hook) {
        return take(new Registered.AsyncPut(owner, spec, hook));
    }

    @Override
    public Registration dispatcher(DispatcherSpec spec, CommitLogDispatcher dispatcher) {
        return take(new Registered.Dispatch(owner, spec, dispatcher));
    }

    @Override
    public Registration segmentCleanup(SegmentCleanupHook hook) {
        return take(new Registered.Cleanup(owner, hook));
    }

    @Override
    public Registration coldReader(ColdReaderSpec spec, ColdReader reader) {
        return take(new Registered.Cold(owner, spec, reader));
    }

    @Override
    public Registration queueReader(TopicSelector topics, QueueReaderFactory factory) {
        return take(new Registered.Queue(owner, topics, factory));
    }

    @Override
    public Registration objectStorage(ObjectStorage storage) {
        return take(new Registered.Objects(owner, storage, objectThreads.get()));
    }

    @Override
    public Registration topicAttribute(TopicAttributeSpec<?> spec) {
        return take(new Registered.Attribute(owner, spec));
    }

    @Override
    public Registration topicCheck(TopicCheck check) {
        return take(new Registered.Check(owner, check));
    }

    @Override
    public <A extends Record> Registration admin(CommandSpec<A> spec, AdminCommand<A> command) {
        return take(new Registered.Command<>(owner, spec, command));
    }

    @Override
    public Registration http(HttpRoute route, HttpHandler handler) {
        return take(new Registered.Route(owner, route, handler));
    }

    @Override
    public Registration metrics(MetricsContributor contributor) {
        return take(new Registered.Metering(owner, contributor));
    }
}
