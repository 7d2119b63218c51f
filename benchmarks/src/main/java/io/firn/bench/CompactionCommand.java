package io.firn.bench;

import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.Pass;
import io.firn.compaction.pass.PassCounts;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.PassOrder;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.QueueName;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures passes of the compaction plugin, in this process, on one thread: a pass over a log front to back, and a log that
 * grows by slices with a pass after each.
 */
@Command(
        name = "benchmarks compaction",
        mixinStandardHelpOptions = true,
        description = "Measures passes of the compaction plugin on one thread, syncs included, at no limited rate.")
final class CompactionCommand implements Callable<Integer> {

    private static final int SLICES = 16;
    /** A pass of RocketMQ's compaction takes 728,177 keys with its defaults. */
    private static final int MOST_KEYS_OF_ROCKETMQ = 700_000;

    private static final long NO_LIMIT = 1L << 50;

    @Option(names = "--rounds", paramLabel = "N", description = "Passes over each log (default ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--mib", paramLabel = "N", description = "Size of each log (default ${DEFAULT-VALUE}).")
    private int mib = 1024;

    @Option(names = "--memory", paramLabel = "MIB", description = "Memory for keys (default ${DEFAULT-VALUE}).")
    private int memory = 64;

    @Option(
            names = "--beside",
            description = "Also measures the compaction of Kafka and of Apache RocketMQ, each in a process of its own,"
                    + " on the same records.")
    private boolean beside;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where files are put and removed (default: here).")
    private Path directory = Path.of("");

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws IOException {
        Path work = Files.createTempDirectory(directory.toAbsolutePath(), "compaction");
        try {
            for (int size : new int[] {272, 1126}) {
                int records = (int) ((long) mib * (1 << 20) / size);
                measure(work, new KeyedLog.Shape(records, size, Math.min(records / 4, MOST_KEYS_OF_ROCKETMQ)));
            }
            if (beside) {
                int records = (int) ((long) mib * (1 << 20) / 272);
                measure(work, new KeyedLog.Shape(records, 272, Math.max(records / 4, 2 * MOST_KEYS_OF_ROCKETMQ)));
            }
            return 0;
        } finally {
            Session.delete(work);
        }
    }

    private void measure(Path work, KeyedLog.Shape shape) throws IOException {
        Path file = work.resolve("log-" + shape.recordBytes());
        try (KeyedLog log = new KeyedLog(file, shape)) {
            say(shape.records() + " records of " + shape.recordBytes() + " bytes, " + shape.keys() + " keys");
            List<Double> rates = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) {
                double seconds = whole(work.resolve("queue"), log);
                double rate = shape.mebibytes() / seconds;
                String which = round == 0 ? "  pass to warm up: " : "  whole pass: ";
                say(which + number(rate) + " MiB/s, " + number(seconds) + " s");
                if (round > 0) {
                    rates.add(rate);
                }
            }
            say("  median " + number(median(rates)) + " MiB/s");
            if (beside) {
                compare(PeerCompactor.kafka(directory), log, work, median(rates));
                compare(PeerCompactor.apache(directory), log, work, median(rates));
            }
            slices(work.resolve("queue"), log);
        } finally {
            Files.delete(file);
        }
    }

    private void compare(PeerCompactor peer, KeyedLog log, Path work, double ours) throws IOException {
        List<Double> rates = new ArrayList<>();
        for (PeerCompactor.Round round : peer.run(log, work.resolve("peer"), rounds, memory)) {
            switch (round) {
                case PeerCompactor.Round.Rate rate -> rates.add(rate.mebibytesPerSecond());
                case PeerCompactor.Round.Failed failed -> say("  " + peer.title() + " failed: " + failed.why());
            }
        }
        if (!rates.isEmpty()) {
            double theirs = median(rates);
            say("  " + peer.title() + ": median " + number(theirs) + " MiB/s; Firn / " + peer.title() + " "
                    + number(ours / theirs));
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private Tools tools() {
        return new Tools(
                new MemoryBudget((long) memory << 20, 1),
                new IoBudget(NO_LIMIT, System::nanoTime),
                InstantSource.system(),
                PassLimits.NORMAL);
    }

    private static PassOrder order() {
        // nothing is erased by its age, only by the share of what is dead
        Policy.Retention retention =
                new Policy.Retention(Duration.ofDays(1), Duration.ofDays(36_500), Duration.ofMillis(-1), List.of());
        return new PassOrder(new Policy(Duration.ZERO, Duration.ofMinutes(10), 0.5, retention), group -> 0);
    }

    private static CompactedQueue open(Path directory) throws IOException {
        QueueName name = new QueueName("compaction", 0, new UUID(0, 0), "KEYS");
        return CompactedQueue.open(new NioDisk(), directory, name, new Random(1));
    }

    private double whole(Path directory, KeyedLog log) throws IOException {
        log.endAt(log.shape().records());
        try (CompactedQueue queue = open(directory)) {
            long begin = System.nanoTime();
            pass(queue, log);
            return (System.nanoTime() - begin) / 1e9;
        } finally {
            Session.delete(directory);
        }
    }

    private PassCounts pass(CompactedQueue queue, KeyedLog log) {
        PassOutcome outcome = new Pass(tools(), queue, log, order()).run();
        if (outcome instanceof PassOutcome.Done done) {
            return done.counts();
        }
        throw new BenchException("the pass ended with " + outcome);
    }

    /** A pass after each slice: what is written more than once, and how much of the files is alive then. */
    private void slices(Path directory, KeyedLog log) throws IOException {
        int records = log.shape().records();
        double written = 0;
        double survivors = 0;
        double least = 1;
        try (CompactedQueue queue = open(directory)) {
            for (int slice = 1; slice <= SLICES; slice++) {
                long from = (long) records * (slice - 1) / SLICES;
                long to = (long) records * slice / SLICES;
                log.endAt(to);
                written += pass(queue, log).bytesOut();
                survivors += (double) log.distinct(from, to) * log.shape().recordBytes();
                least = Math.min(least, alive(queue));
            }
        } finally {
            Session.delete(directory);
        }
        say("  in " + SLICES + " slices: bytes written / first written " + number(written / survivors)
                + ", live / total at worst " + number(least));
    }

    private static double alive(CompactedQueue queue) {
        double live = 0;
        double all = 0;
        for (SegmentMeta segment : queue.manifest().segments()) {
            live += segment.liveness().liveBytes();
            all += segment.extent().logBytes();
        }
        return all == 0 ? 1 : live / all;
    }

    private void say(String line) {
        out.println(line);
    }

    private static String number(double value) {
        return Table.number(value);
    }
}
