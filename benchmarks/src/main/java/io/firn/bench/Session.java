package io.firn.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What all scenarios of a run share. Owned by the thread that runs them.
 *
 * @param brokers the brokers compared, in the order of their turns
 * @param echo the peer that only answers
 * @param live brokers kept running over several scenarios
 * @param progress where a line per measurement goes while the run lasts
 */
record Session(Plan plan, List<Peer> brokers, EchoPeer echo, LivePeers live, Ledger ledger, PrintStream progress) {

    /** Records a value and says so. */
    void record(Ledger.Row row, String peer, double value) {
        ledger.add(row, peer, value);
        say(String.format(
                Locale.ROOT, "  %-12s %-8s %-34s %s", row.scenario(), peer, row.measure(), Table.number(value)));
    }

    /** Shows that the run goes on. */
    void say(String line) {
        progress.println(line);
        progress.flush();
    }

    /** Median over the rounds so far of the slowest broker; empty when the row has not been measured. */
    Optional<Double> slowest(Ledger.Row row) {
        return brokers.stream()
                .map(peer -> ledger.median(row, peer.title()))
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .min(Double::compare);
    }

    /** Removes a directory with all that is in it. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new BenchException("cannot remove " + directory, e);
        }
    }
}
