package io.firn.broker.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and Ctrl-C into a clean stop with exit code 0 (the JVM's own answer would be 143 or 130), also while
 * the process is still starting: then the start runs to its end and is undone. Made before anything is opened, and
 * before anything is logged, because settings say where the log is.
 */
public final class ShutdownHook {

    /** How long an unfinished start is waited for; it is then cut off, as by a crash, which the next start repairs. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
    private final Thread thread = Thread.ofPlatform().name("firn-shutdown").unstarted(this::end);

    private ShutdownHook() {}

    /** From now on the process ends with 0 when it is told to, once it is known how to stop; with 1 if that fails. */
    public static ShutdownHook install() {
        ShutdownHook hook = new ShutdownHook();
        Runtime.getRuntime().addShutdownHook(hook.thread);
        return hook;
    }

    /**
     * Ends the start: {@code stopping} runs, on a thread of its own, when the process is told to end.
     *
     * @return false when it was told already, and {@code stopping} is about to run: nobody is to be told of this start
     */
    public boolean started(Runnable stopping) {
        boolean wanted = thread.getState() == Thread.State.NEW;
        stop.complete(stopping);
        return wanted;
    }

    /** The start failed: the process ends with the exit code of its own, also when it was told to end meanwhile. */
    public void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException ending) {
            stop.completeExceptionally(ending);
        }
    }

    private void end() {
        int exitCode = 1;
        try {
            stop.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS).run();
            exitCode = 0;
        } catch (TimeoutException e) {
            log("told to end while starting, which has not come to its end in " + START_LIMIT.toSeconds() + " s", e);
        } catch (ExecutionException | InterruptedException failedStart) {
            // said by whoever failed
        } catch (RuntimeException | Error e) {
            log("the stop was not clean", e);
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private static void log(String what, Throwable cause) {
        LoggerFactory.getLogger(ShutdownHook.class).error(what, cause);
    }
}
