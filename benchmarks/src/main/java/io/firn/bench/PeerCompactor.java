package io.firn.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;

/**
 * The compaction of another broker, alone in a process of its own, over the records of a {@link KeyedLog}.
 *
 * @param title whose it is
 * @param jars directory of what it needs
 * @param mainClass in one of them; prints a line per round: {@code round}, MiB, seconds, records left; or {@code failed} and why
 */
record PeerCompactor(String title, Path jars, String mainClass) {

    private static final String ROUND = "round ";
    private static final String FAILED = "failed ";
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    static PeerCompactor kafka(Path target) {
        return new PeerCompactor("Kafka", target.resolve("kafka"), "io.firn.bench.peer.KafkaCleaner");
    }

    static PeerCompactor apache(Path target) {
        return new PeerCompactor("Apache RocketMQ", target.resolve("apache"), "io.firn.bench.peer.ApacheCompactor");
    }

    /** What a round of it was: how much it went through a second; or why there is no figure. */
    sealed interface Round {

        record Rate(double mebibytesPerSecond) implements Round {}

        record Failed(String why) implements Round {}
    }

    /** Runs it; the first round warms the JVM up and does not count. */
    List<Round> run(KeyedLog log, Path work, int rounds, int memoryMib) throws IOException {
        Files.createDirectories(work);
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        words.addAll(OPENS);
        words.addAll(List.of("-cp", jars + "/*", mainClass));
        words.addAll(List.of(
                log.file().toString(),
                String.valueOf(log.shape().records()),
                String.valueOf(log.shape().recordBytes()),
                String.valueOf(log.keyAt()),
                String.valueOf(KeyedLog.KEY_DIGITS),
                work.toString(),
                String.valueOf(rounds + 1),
                String.valueOf(memoryMib)));
        Path complaints = work.resolveSibling(work.getFileName() + ".err");
        Process process =
                new ProcessBuilder(words).redirectError(complaints.toFile()).start();
        List<Round> all = new ArrayList<>();
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                // anything else is what its libraries have to say
                if (line.startsWith(ROUND) || line.startsWith(FAILED)) {
                    all.add(round(line));
                }
            }
        } finally {
            process.destroyForcibly();
            Session.delete(work);
        }
        if (all.size() != rounds + 1) {
            throw new BenchException(title + " ended after " + all.size() + " of " + (rounds + 1) + " rounds:\n"
                    + Files.readString(complaints));
        }
        return all.subList(1, all.size());
    }

    private static Round round(String line) {
        if (line.startsWith(FAILED)) {
            return new Round.Failed(line.substring(FAILED.length()));
        }
        Scanner figures = new Scanner(line.substring(ROUND.length())).useLocale(Locale.ROOT);
        double mebibytes = figures.nextDouble();
        return new Round.Rate(mebibytes / figures.nextDouble());
    }
}
