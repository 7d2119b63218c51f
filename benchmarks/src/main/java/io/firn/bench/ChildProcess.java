package io.firn.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that this run has started, its output kept in a file. It is killed when this JVM ends, however it ends.
 * Owned by the thread that runs the scenario; a daemon thread copies the output.
 */
final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "kill-children"));
    }

    private final Process process;
    private final Path output;
    private final long startedNs;
    private final CompletableFuture<Line> ready = new CompletableFuture<>();

    private record Line(Matcher match, long atNs) {}

    /**
     * What to run.
     *
     * @param environment variables, besides this process's own
     * @param directory working directory, and where the output file goes
     * @param ready the line that says that it serves
     */
    record Command(
            String name, List<String> words, Map<String, String> environment, Path directory, Pattern ready) {}

    private ChildProcess(Process process, Path output, long startedNs) {
        this.process = process;
        this.output = output;
        this.startedNs = startedNs;
    }

    static ChildProcess start(Command command) {
        try {
            Files.createDirectories(command.directory());
            Path output = command.directory().resolve(command.name() + ".out");
            ProcessBuilder builder = new ProcessBuilder(command.words());
            builder.directory(command.directory().toFile()).redirectErrorStream(true);
            builder.environment().putAll(command.environment());
            long startedNs = System.nanoTime();
            Process process = builder.start();
            ALIVE.add(process);
            ChildProcess child = new ChildProcess(process, output, startedNs);
            Thread reader = new Thread(() -> child.copyOutput(command.ready()), command.name() + "-output");
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new BenchException("cannot start " + command.name(), e);
        }
    }

    private void copyOutput(Pattern readyLine) {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
                PrintWriter out = new PrintWriter(Files.newBufferedWriter(output), true)) {
            String last = "it wrote nothing";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                long nowNs = System.nanoTime();
                last = line;
                out.println(line);
                Matcher match = readyLine.matcher(line);
                if (match.find()) {
                    ready.complete(new Line(match, nowNs));
                }
            }
            ready.completeExceptionally(new BenchException("it ended before it was ready: " + last));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /** Waits for the line that says ready and returns its match. */
    Matcher awaitReady(Duration limit) {
        return readyLine(limit).match();
    }

    /** From start to the line that says ready. */
    Duration startToReady() {
        return Duration.ofNanos(readyLine(Duration.ZERO).atNs() - startedNs);
    }

    private Line readyLine(Duration limit) {
        try {
            return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new BenchException("did not start, see " + output, e);
        } catch (TimeoutException e) {
            throw new BenchException("not ready after " + limit.toSeconds() + " s, see " + output, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    long pid() {
        return process.pid();
    }

    Path output() {
        return output;
    }

    /** Stops it in its tracks: it uses no CPU until {@link #resume}. */
    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", name, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new BenchException("kill " + name + " " + pid() + " failed; output of the process: " + output);
            }
        } catch (IOException e) {
            throw new BenchException("cannot run kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** Asks it to end, as an operator does, and returns how long that took. */
    Duration stop() {
        long beginNs = System.nanoTime();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new BenchException("still there " + STOP_LIMIT.toSeconds() + " s after SIGTERM: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            ALIVE.remove(process);
        }
        return Duration.ofNanos(System.nanoTime() - beginNs);
    }

    /** Ends it at once; for what has nothing to lose. */
    @Override
    public void close() {
        process.destroyForcibly();
        ALIVE.remove(process);
    }
}
