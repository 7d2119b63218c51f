package io.firn.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says on what and how a run was measured, in the lines above its table. */
final class RunHeader {
    private RunHeader() {}

    static void print(PrintStream out, Plan plan, List<Peer> brokers) throws IOException {
        out.println(String.format(
                Locale.ROOT,
                "JDK %s, %s %s, %d cores, load average %s",
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]));
        out.println(String.format(
                Locale.ROOT,
                "Brokers in turns: %s; heap %s each; %d rounds of %d s after %d s (first) or %d s of load",
                brokers.stream().map(Peer::title).collect(Collectors.joining(", ")),
                plan.heap(),
                plan.rounds(),
                plan.measure().toSeconds(),
                plan.warm().toSeconds(),
                plan.settle().toSeconds()));
        out.println(String.format(
                Locale.ROOT,
                "%d connections, window %d; %d topics x %d queues; history %s GiB; idle %d s",
                plan.connections(),
                plan.window(),
                plan.topics(),
                Plan.QUEUES,
                Table.number(plan.historyBytes() / (double) (1 << 30)),
                plan.idle().toSeconds()));
    }
}
