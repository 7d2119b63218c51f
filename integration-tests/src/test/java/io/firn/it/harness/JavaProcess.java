package io.firn.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A child JVM on the JDK of the test JVM. Its standard output and error go to files, whose ends are part of every
 * failure. Killed by a shutdown hook if nobody ended it before.
 */
public final class JavaProcess implements AutoCloseable {

    private static final int TAIL_LINES = 40;
    private static final int ARCHIVE_LIMIT_S = 30;
    /** Of signal 2, in the masks of {@code proc}. */
    private static final long SIGINT_BIT = 1L << 1;

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;
    private final SharedArchive archive;
    private final Thread lastResort;

    private JavaProcess(String name, Process process, SharedArchive archive, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.archive = archive;
        this.out = out;
        this.err = err;
        this.lastResort = new Thread(process::destroyForcibly, "kill-" + name);
    }

    /** What to start: output files are {@code directory/name.out} and {@code directory/name.err}. */
    public record Launch(
            String name, Path directory, List<String> jvmArgs, String classPath, String mainClass, List<String> args) {

        public Launch {
            jvmArgs = List.copyOf(jvmArgs);
            args = List.copyOf(args);
        }
    }

    /** Where standard output goes: to a file, or to the caller through {@link #process()}. */
    public enum Output {
        FILE,
        PIPE
    }

    public static JavaProcess start(Launch launch, Output output) {
        List<String> command = new ArrayList<>(heedingSignals());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        SharedArchive archive = SharedArchive.of(launch.classPath(), launch.mainClass());
        command.addAll(archive.jvmArgs());
        command.addAll(launch.jvmArgs());
        command.add("-Duser.home=" + launch.directory());
        command.add("-cp");
        command.add(launch.classPath());
        command.add(launch.mainClass());
        command.addAll(launch.args());
        Path out = launch.directory().resolve(launch.name() + ".out");
        Path err = launch.directory().resolve(launch.name() + ".err");
        try {
            Files.createDirectories(launch.directory());
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(launch.directory().toFile());
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.redirectError(err.toFile());
            if (output == Output.FILE) {
                builder.redirectOutput(out.toFile());
            }
            JavaProcess started = new JavaProcess(launch.name(), builder.start(), archive, out, err);
            Runtime.getRuntime().addShutdownHook(started.lastResort);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + launch.name(), e);
        }
    }

    // what a shell starts in the background ignores SIGINT, and so does every process below it that was not told
    // otherwise
    private static List<String> heedingSignals() {
        Path status = Path.of("/proc/self/status");
        boolean ignoresInt = lines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).trim())
                .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & SIGINT_BIT) != 0);
        return ignoresInt ? List.of("env", "--default-signal=INT") : List.of();
    }

    public Process process() {
        return process;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All lines of standard output so far. */
    public List<String> outLines() {
        return lines(out);
    }

    /** All lines of standard error so far. */
    public List<String> errLines() {
        return lines(err);
    }

    /** Waits for a line on standard output; fails with the ends of both files when it does not come. */
    public String awaitOutLine(Predicate<String> wanted, Duration limit) {
        try {
            Awaitility.await(name + " to print its line")
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !process.isAlive() || outLines().stream().anyMatch(wanted));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(name + " did not print the line in " + limit + report(), e);
        }
        return outLines().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " ended with " + process.exitValue() + report()));
    }

    /** SIGKILL, then waits for the end. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(20));
    }

    /** SIGTERM, then waits for the end; returns the exit code (143 for a JVM without its own handling). */
    public int terminate(Duration limit) {
        process.destroy();
        return awaitExit(limit);
    }

    /** Sends a signal, {@code INT} or {@code TERM}, and does not wait. */
    public void signal(String signal) {
        try {
            int sent = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(sent).as("kill -" + signal).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while sending SIG" + signal + " to " + name, e);
        }
    }

    /** Waits for the end of the process and returns its exit code. */
    public int awaitExit(Duration limit) {
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(ended)
                    .as(() -> name + " ends within " + limit + report())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
        forget();
        return process.exitValue();
    }

    /** The ends of standard output and error, to be put into a failure. */
    public String report() {
        return tail("stdout", out) + tail("stderr", err);
    }

    /** Ends the process, the first of its kind in a way that leaves the archive for the others. */
    @Override
    public void close() {
        if (process.isAlive() && !archive.isThere()) {
            process.destroy();
            try {
                var _ = process.waitFor(ARCHIVE_LIMIT_S, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (process.isAlive()) {
            kill();
        }
        forget();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException shuttingDown) {
            process.destroyForcibly();
        }
    }

    private String tail(String title, Path file) {
        List<String> lines = lines(file);
        List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
        return last.isEmpty() ? "" : "\n--- end of " + title + " of " + name + "\n" + String.join("\n", last);
    }

    private static List<String> lines(Path file) {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return text.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
