package io.firn.broker.plugin.put;

import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.plugin.guard.PluginGuard.Watch;
import io.firn.broker.produce.PutChain;
import io.firn.broker.produce.PutHooks;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.Registration;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which put hooks each topic has. While there is no hook at all senders meet a null. Else a chain per topic is made when
 * its first message comes, and made anew when hooks or the topic change: only then are topic selectors asked. Changes:
 * any thread, one at a time.
 */
public final class PutHookTable implements PutHooks {

    /** Each hook has a bit in a long. */
    private static final int MOST_HOOKS = Long.SIZE;

    private final Guards guards;
    private final Function<String, @Nullable Topic> topics;
    private final GuardedHook.HookMetrics metrics;
    private final ReentrantLock changing = new ReentrantLock();
    private final List<GuardedHook> hooks = new ArrayList<>();
    private final List<GuardedAsyncHook> asyncHooks = new ArrayList<>();
    private final Map<String, AtomicInteger> inFlight = new HashMap<>();
    /** Null while there are no hooks. */
    private volatile @Nullable Chains chains;

    /**
     * No hooks yet.
     *
     * @param topics a topic as it is now; null when there is none
     */
    public PutHookTable(Guards guards, Function<String, @Nullable Topic> topics, Metrics metrics) {
        this.guards = guards;
        this.topics = topics;
        this.metrics = new GuardedHook.HookMetrics(metrics);
    }

    @Override
    public @Nullable PutChain chain(String topic) {
        Chains now = chains;
        return now == null ? null : now.of(topic);
    }

    /**
     * Adds a hook; messages that begin after this returns see it.
     *
     * @throws IllegalStateException when there are as many as there may be
     */
    public Registration add(HookOwner owner, HookSpec spec, PutMessageHook hook) {
        changing.lock();
        try {
            long bit = freeBit();
            GuardedHook guarded =
                    new GuardedHook(spec, hook, guards.guard(owner, "put-" + spec.name(), Watch.CALLS), bit, metrics);
            hooks.add(guarded);
            rebuild();
            return onceOnly(() -> {
                hooks.remove(guarded);
                metrics.end(guarded.guard);
                return guarded.guard;
            });
        } finally {
            changing.unlock();
        }
    }

    /** Adds a hook that needs time; messages that begin after this returns see it. */
    public Registration add(HookOwner owner, AsyncHookSpec spec, AsyncPutHook hook) {
        changing.lock();
        try {
            PluginGuard guard = guards.guard(owner, "async-put-" + spec.hook().name(), Watch.CALLS);
            GuardedAsyncHook guarded = new GuardedAsyncHook(
                    spec,
                    hook,
                    guard,
                    inFlight.computeIfAbsent(owner.pluginId(), id -> new AtomicInteger()),
                    GuardedHook.whenFailed(spec.hook(), guard));
            asyncHooks.add(guarded);
            rebuild();
            return onceOnly(() -> {
                asyncHooks.remove(guarded);
                return guard;
            });
        } finally {
            changing.unlock();
        }
    }

    private Registration onceOnly(Supplier<PluginGuard> taking) {
        AtomicBoolean gone = new AtomicBoolean();
        return () -> {
            if (gone.compareAndSet(false, true)) {
                changing.lock();
                try {
                    PluginGuard guard = taking.get();
                    rebuild();
                    guard.close();
                } finally {
                    changing.unlock();
                }
            }
        };
    }

    private long freeBit() {
        long used = 0;
        for (GuardedHook hook : hooks) {
            used |= hook.bit;
        }
        if (used == -1L) {
            throw new IllegalStateException("there are " + MOST_HOOKS + " put hooks already, no more are allowed");
        }
        return Long.lowestOneBit(~used);
    }

    /** A topic is new, other or gone: selectors are asked again when its next message comes. */
    public void topicChanged(String topic) {
        Chains now = chains;
        if (now != null) {
            now.built.remove(topic);
        }
    }

    private void rebuild() {
        if (hooks.isEmpty() && asyncHooks.isEmpty()) {
            chains = null;
            return;
        }
        hooks.sort(GuardedHook.ORDER);
        asyncHooks.sort(GuardedAsyncHook.ORDER);
        chains = new Chains(List.copyOf(hooks), List.copyOf(asyncHooks));
    }

    /** The chains for one set of hooks. Any thread. */
    private final class Chains {

        private final List<GuardedHook> hooks;
        private final List<GuardedAsyncHook> asyncHooks;
        private final Map<String, Optional<PutChain>> built = new ConcurrentHashMap<>();

        Chains(List<GuardedHook> hooks, List<GuardedAsyncHook> asyncHooks) {
            this.hooks = hooks;
            this.asyncHooks = asyncHooks;
        }

        @Nullable
        PutChain of(String topic) {
            Optional<PutChain> known = built.get(topic);
            if (known == null) {
                known = built.computeIfAbsent(topic, this::build);
            }
            return known.isPresent() ? known.get() : null;
        }

        private Optional<PutChain> build(String name) {
            Topic topic = topics.apply(name);
            if (topic == null) {
                return Optional.empty();
            }
            List<GuardedHook> chosen = hooks.stream()
                    .filter(hook -> hook.spec.topics().test(topic))
                    .toList();
            List<GuardedAsyncHook> chosenAsync = asyncHooks.stream()
                    .filter(hook -> hook.spec().hook().topics().test(topic))
                    .toList();
            return chosen.isEmpty() && chosenAsync.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new HookChain(chosen, chosenAsync, guards));
        }
    }

    /** The hooks that a message of this topic meets, in order, one line each. */
    public List<String> describe(String topic) {
        return chain(topic) instanceof HookChain chain ? chain.lines() : List.of();
    }
}
