package io.firn.broker.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns SIGTERM and Ctrl-C into a clean stop with exit code 0 (the JVM's own answer would be 143 or 130). */
public final class ShutdownHook {

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

    private ShutdownHook() {}

    /** Runs {@code stop} when the process is told to end, then ends it: with 0, or with 1 when {@code stop} failed. */
    public static void install(Runnable stop) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("firn-shutdown").unstarted(() -> {
                    int exitCode = 0;
                    try {
                        stop.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("the stop was not clean", e);
                        exitCode = 1;
                    }
                    Runtime.getRuntime().halt(exitCode);
                }));
    }
}
