package io.firn.broker.plugin.cleanup;

import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.Clock;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.DiskPressure;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks one cleanup hook, on a thread of its plugin so that a hook that hangs does not take the housekeeper with it. A hook
 * that fails or is late holds everything for a minute, unasked. Owner: the housekeeper.
 */
final class CleanupAsker {

    static final Duration BUDGET = Duration.ofMillis(100);
    static final Duration HOLD_AFTER_FAILURE = Duration.ofSeconds(60);

    private static final String NO_ANSWER = "the plugin gave no answer";
    private static final String DELETING = "cleanup.deleting";

    private final SegmentCleanupHook hook;
    private final PluginGuard guard;
    private final Executor threads;
    private final Clock clock;
    private final Path deletingFile;
    /** By position: what the plugin said of a segment until when. */
    private final Map<Long, Hold> holds = new HashMap<>();
    /** A call that has not come back; null when none is under way. */
    private @Nullable CompletableFuture<?> underWay;

    private @Nullable Hold afterFailure;

    CleanupAsker(SegmentCleanupHook hook, PluginGuard guard, Executor threads, Clock clock) {
        this.hook = hook;
        this.guard = guard;
        this.threads = threads;
        this.clock = clock;
        this.deletingFile = guard.owner().dataDir().resolve(DELETING);
    }

    PluginGuard guard() {
        return guard;
    }

    String pluginId() {
        return guard.owner().pluginId();
    }

    /** What the plugin says of the segment. Waits for at most the budget. */
    Hold ask(SegmentRef segment, DeleteCause cause) {
        if (guard.isEnded()) {
            return Hold.NONE;
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        if (guard.isQuarantined()) {
            return Hold.until(now.plus(HOLD_AFTER_FAILURE), "the plugin is quarantined");
        }
        Hold failed = afterFailure;
        if (failed != null && now.isBefore(failed.recheck())) {
            return failed;
        }
        Hold known = holds.get(segment.from());
        if (known != null && now.isBefore(known.recheck())) {
            return known;
        }
        Hold answer = call("about " + segment.file().getFileName(), () -> hook.beforeDelete(segment, cause));
        if (answer == null) {
            Hold unanswered = Hold.until(now.plus(HOLD_AFTER_FAILURE), NO_ANSWER);
            afterFailure = unanswered;
            return unanswered;
        }
        afterFailure = null;
        guard.recovered("it answers again");
        if (answer.isHeld()) {
            holds.put(segment.from(), answer);
        } else {
            holds.remove(segment.from());
        }
        return answer;
    }

    /** The segment goes: should the broker not live to say so, {@link #tellOfLast} will. */
    void deleting(SegmentRef segment) {
        AtomicFile.write(
                deletingFile,
                (segment.from() + "\n" + segment.to() + "\n" + segment.lastStoreTimestampMs() + "\n" + segment.file())
                        .getBytes(StandardCharsets.UTF_8));
    }

    void deleted(SegmentRef segment) {
        holds.remove(segment.from());
        tell("that " + segment.file().getFileName() + " is gone", () -> hook.afterDelete(segment));
        AtomicFile.write(deletingFile, "told".getBytes(StandardCharsets.UTF_8));
    }

    /** Tells of a deletion that the last run of the broker may not have told of. */
    void tellOfLast(long minPosition) {
        String[] lines = AtomicFile.read(deletingFile)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split("\n", 4))
                .orElse(new String[0]);
        if (lines.length == 4 && Long.parseLong(lines[1]) <= minPosition) {
            deleted(new SegmentRef(
                    Path.of(lines[3]),
                    Long.parseLong(lines[0]),
                    Long.parseLong(lines[1]),
                    SegmentRef.State.SEALED,
                    Long.parseLong(lines[2])));
        }
    }

    void underPressure(DiskPressure pressure) {
        tell("of disk pressure", () -> hook.onDiskPressure(pressure));
    }

    private void tell(String what, Runnable telling) {
        if (guard.isEnded()) {
            return;
        }
        call(what, () -> {
            telling.run();
            return Boolean.TRUE;
        });
    }

    /** What the call gives; null when it failed, gave null or is late, which is counted and told. */
    private <T> @Nullable T call(String what, Supplier<T> work) {
        CompletableFuture<?> before = underWay;
        if (before != null && !before.isDone()) {
            guard.misbehaved("asked " + what + " it has still not come back from an earlier call");
            guard.degraded("it does not come back; no segment is deleted meanwhile");
            return null;
        }
        try {
            CompletableFuture<T> answer = CompletableFuture.supplyAsync(inLoader(work), threads);
            underWay = answer;
            T given = answer.get(BUDGET.toNanos(), TimeUnit.NANOSECONDS);
            if (given == null) {
                throw new IllegalStateException("it answered null, asked " + what);
            }
            guard.passed(PluginGuard.UNTIMED);
            return given;
        } catch (TimeoutException e) {
            guard.misbehaved("asked " + what + " it did not answer within " + BUDGET.toMillis() + " ms");
            guard.degraded("it is late; segments are held for a minute");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            failed(cause == null ? e : cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failed(e);
        }
        return null;
    }

    private void failed(Throwable cause) {
        guard.failed(cause);
        guard.degraded("it failed; segments are held for a minute: " + cause);
    }

    private <T> Supplier<T> inLoader(Supplier<T> work) {
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader outer = thread.getContextClassLoader();
            thread.setContextClassLoader(guard.owner().loader());
            try {
                return work.get();
            } finally {
                thread.setContextClassLoader(outer);
            }
        };
    }

    boolean isCalling() {
        CompletableFuture<?> last = underWay;
        return last != null && !last.isDone();
    }
}
