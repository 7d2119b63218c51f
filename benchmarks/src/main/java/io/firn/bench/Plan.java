package io.firn.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How long, how much and with what a run measures.
 *
 * @param rounds how often each broker is measured in a scenario, in turns; one value each, medians in the table
 * @param warm load before the first measurement of a kind on a broker, for its JIT
 * @param warmMessages messages that must have been sent before it, unless four times {@code warm} have passed
 * @param settle load before each later measurement
 * @param measure length of one measurement
 * @param idle how long the idle brokers are watched
 * @param historyBytes log to fill for {@code history} and {@code start-loaded}
 * @param topics how many topics {@code topics} spreads its messages over
 * @param ratePerSecond messages per second for {@code equal-load}; 0: half of what the slowest broker reached
 * @param connections producer and consumer connections
 * @param window requests in flight per producer connection
 * @param heap heap of each broker, fixed from the start
 * @param recallBytes memory to touch and give back before each measurement, see {@link Memory}
 * @param directory where the stores lie; what is written there is removed at the end
 */
record Plan(
        int rounds,
        Duration warm,
        long warmMessages,
        Duration settle,
        Duration measure,
        Duration idle,
        long historyBytes,
        int topics,
        double ratePerSecond,
        int connections,
        int window,
        String heap,
        long recallBytes,
        Path directory) {

    /** Queues of every topic that is loaded. */
    static final int QUEUES = 8;

    /** JVM options of a broker under load; the JIT is as the JVM comes. */
    List<String> loadedJvm() {
        return List.of("-Xms" + heap, "-Xmx" + heap, "-XX:MaxDirectMemorySize=" + heap);
    }

    /** JVM options of a broker that idles. */
    List<String> idleJvm() {
        return List.of("-Xmx256m");
    }
}
