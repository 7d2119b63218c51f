package io.firn.broker.plugin.plane;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.RefAlarm;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.WorkerPool;
import io.firn.spi.contract.Deadline;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.retention.SegmentCleanupHook;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A plugin without a jar: registers what a test gives it, and remembers what it is told of its troubles. */
public final class TestPlugin implements PluginRef.Troubles, AutoCloseable {

    public final Queue<String> degraded = new ConcurrentLinkedQueue<>();
    public final Queue<String> recovered = new ConcurrentLinkedQueue<>();
    public final Queue<String> unlinked = new ConcurrentLinkedQueue<>();
    private final WorkerPool threads;
    private final PluginRef ref;
    private final List<Registered> registered = new ArrayList<>();

    private TestPlugin(String id, Path root) {
        Path dataDir = root.resolve("plugins").resolve(id);
        try {
            Files.createDirectories(dataDir);
        } catch (IOException e) {
            throw new StorageException("can not make " + dataDir, e);
        }
        threads = WorkerPool.open("test-" + id, 2, 16);
        ClassLoader loader = new URLClassLoader(id, new URL[0], getClass().getClassLoader());
        ref = new PluginRef(id, "1.0.0", loader, dataDir, threads, this);
    }

    public static TestPlugin of(String id, Path root) {
        return new TestPlugin(id, root);
    }

    public PluginRef ref() {
        return ref;
    }

    public HookOwner owner() {
        return RefAlarm.ownerOf(ref);
    }

    public TestPlugin put(DataPlane plane, HookSpec spec, PutMessageHook hook) {
        return add(plane, new Registered.Put(ref, spec, hook));
    }

    public TestPlugin asyncPut(DataPlane plane, AsyncHookSpec spec, AsyncPutHook hook) {
        return add(plane, new Registered.AsyncPut(ref, spec, hook));
    }

    public TestPlugin dispatch(DataPlane plane, DispatcherSpec spec, CommitLogDispatcher dispatcher) {
        return add(plane, new Registered.Dispatch(ref, spec, dispatcher));
    }

    public TestPlugin cleanup(DataPlane plane, SegmentCleanupHook hook) {
        return add(plane, new Registered.Cleanup(ref, hook));
    }

    private TestPlugin add(DataPlane plane, Registered one) {
        plane.add(List.of(one));
        registered.add(one);
        return this;
    }

    /** Ends all it registered; what is still running. */
    public List<String> leave(DataPlane plane, Duration grace) {
        List<String> running = plane.remove(registered, Leaving.AWAY, Deadline.after(grace, System::nanoTime));
        registered.clear();
        return running;
    }

    @Override
    public void degraded(String part, String reason) {
        degraded.add(part + ": " + reason);
    }

    @Override
    public void recovered(String part) {
        recovered.add(part);
    }

    @Override
    public void unlinked(String part, LinkageError cause) {
        unlinked.add(part + ": " + cause.getMessage());
    }

    @Override
    public void close() {
        threads.close();
    }
}
