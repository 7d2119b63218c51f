package io.firn.broker.plugin.put;

import io.firn.broker.plugin.guard.CallSlot;
import io.firn.broker.plugin.guard.GuardConfig.Checks;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.produce.PutChain;
import io.firn.broker.produce.PutDraft;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The put hooks of one topic in their order. What hooks throw ends here. Immutable; any thread that stores messages, many
 * at once; allocates nothing unless hooks do.
 */
final class HookChain implements PutChain {

    private static final int NONE = -1;

    private final GuardedHook[] hooks;
    private final GuardedAsyncHook[] asyncHooks;
    private final Guards guards;
    private final boolean checked;
    private final boolean listens;
    private final int firstValidate;

    HookChain(List<GuardedHook> hooks, List<GuardedAsyncHook> asyncHooks, Guards guards) {
        this.hooks = hooks.toArray(GuardedHook[]::new);
        this.asyncHooks = asyncHooks.toArray(GuardedAsyncHook[]::new);
        this.guards = guards;
        this.checked = guards.config().checks() == Checks.ON;
        this.listens = hooks.stream().anyMatch(hook -> hook.listens);
        this.firstValidate = firstValidate(this.hooks);
    }

    private static int firstValidate(GuardedHook[] hooks) {
        for (int i = 0; i < hooks.length; i++) {
            if (hooks[i].validates) {
                return i;
            }
        }
        return hooks.length;
    }

    @Override
    public Verdict before(PutDraft draft) {
        CallSlot slot = guards.watch().slot();
        Thread thread = Thread.currentThread();
        ClassLoader outer = thread.getContextClassLoader();
        boolean timed = slot.beginChain();
        long passed = 0;
        int lastChange = NONE;
        try {
            for (int i = 0; i < hooks.length; i++) {
                GuardedHook hook = hooks[i];
                Verdict verdict = call(hook, draft, slot, timed);
                if (verdict == null || verdict == Verdict.ACCEPT) {
                    passed |= verdict == null ? 0 : hook.bit;
                } else if (verdict == Verdict.MODIFIED) {
                    passed |= hook.bit;
                    lastChange = i;
                } else {
                    return verdict;
                }
            }
            return lastChange > firstValidate ? validateAgain(draft, slot) : Verdict.ACCEPT;
        } finally {
            draft.passedBy(passed);
            thread.setContextClassLoader(outer);
        }
    }

    /** A later hook changed the message: those who judge look once more. */
    private Verdict validateAgain(PutDraft draft, CallSlot slot) {
        for (GuardedHook hook : hooks) {
            Verdict verdict = hook.validates ? call(hook, draft, slot, false) : null;
            if (verdict != null && verdict.isReject()) {
                return verdict;
            }
        }
        return Verdict.ACCEPT;
    }

    /** Null when the hook had no say: it is off, or failed, and the message is stored without it. */
    private @Nullable Verdict call(GuardedHook hook, PutDraft draft, CallSlot slot, boolean timed) {
        PluginGuard guard = hook.guard;
        if (!guard.admits()) {
            return guard.isEnded() ? null : hook.whenFailed;
        }
        Thread.currentThread().setContextClassLoader(hook.loader);
        draft.mark();
        long began = timed || guard.isOff() ? guards.clock().nanos() : 0;
        Verdict verdict;
        slot.enter(guard);
        try {
            verdict = checked ? PoisonedPut.before(hook.hook, draft) : hook.hook.beforePut(draft);
        } catch (Throwable e) {
            slot.leave();
            draft.rollBack();
            guard.failed(e);
            return hook.whenFailed;
        }
        slot.leave();
        if (verdict == null) {
            draft.rollBack();
            guard.misbehaved("it gave no verdict");
            return hook.whenFailed;
        }
        guard.passed(began == 0 ? PluginGuard.UNTIMED : guards.clock().nanos() - began);
        return settled(hook, draft, verdict);
    }

    private static Verdict settled(GuardedHook hook, PutDraft draft, Verdict verdict) {
        if (verdict.isReject()) {
            hook.rejects.increment();
            return verdict;
        }
        if (draft.isChanged()) {
            if (verdict != Verdict.MODIFIED) {
                hook.undeclared.increment();
            }
            return Verdict.MODIFIED;
        }
        return Verdict.ACCEPT;
    }

    @Override
    public void after(PutDraft draft, PutOutcome outcome) {
        long passed = draft.passed();
        CallSlot slot = guards.watch().slot();
        Thread thread = Thread.currentThread();
        ClassLoader outer = thread.getContextClassLoader();
        try {
            for (GuardedHook hook : hooks) {
                if (hook.listens && (passed & hook.bit) != 0 && !hook.guard.isOff()) {
                    thread.setContextClassLoader(hook.loader);
                    tell(hook, draft, outcome, slot);
                }
            }
        } finally {
            thread.setContextClassLoader(outer);
        }
    }

    private void tell(GuardedHook hook, PutDraft draft, PutOutcome outcome, CallSlot slot) {
        slot.enter(hook.guard);
        try {
            if (checked) {
                PoisonedPut.after(hook.hook, draft, outcome);
            } else {
                hook.hook.afterPut(draft, outcome);
            }
        } catch (Throwable e) {
            hook.guard.failed(e);
        } finally {
            slot.leave();
        }
    }

    @Override
    public boolean listens() {
        return listens;
    }

    @Override
    public boolean waits() {
        return asyncHooks.length > 0;
    }

    @Override
    public CompletableFuture<@Nullable Verdict> ask(PutSnapshot copy) {
        CompletableFuture<@Nullable Verdict> all = asyncHooks[0].ask(copy, guards);
        for (int i = 1; i < asyncHooks.length; i++) {
            all = all.thenCombine(asyncHooks[i].ask(copy, guards), (first, second) -> first == null ? second : first);
        }
        return all;
    }

    /** A line per hook, in order, for operators. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (GuardedHook hook : hooks) {
            lines.add(line(
                    hook.guard,
                    hook.spec.phase() + " " + hook.spec.priority(),
                    hook.spec.onFailure().name()));
        }
        for (GuardedAsyncHook hook : asyncHooks) {
            lines.add(line(
                    hook.guard(),
                    "ASYNC " + hook.spec().hook().phase() + " "
                            + hook.spec().hook().priority(),
                    hook.spec().hook().onFailure().name()));
        }
        return lines;
    }

    private static String line(PluginGuard guard, String place, String onFailure) {
        return place + " " + guard.name() + " " + onFailure + (guard.isOff() ? " OFF" : "");
    }
}
