package io.firn.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A stock client in its own process, as a test sees it. Commands from one test thread; a reader thread collects events.
 */
public final class Driver implements AutoCloseable {

    private static final long ANSWER_LIMIT_SECONDS = 120;

    private final JavaProcess process;
    private final BufferedWriter commands;
    private final BlockingQueue<Line> answers = new LinkedBlockingQueue<>();
    private final List<Line> events = Collections.synchronizedList(new ArrayList<>());

    private int commandNumber;

    /** The rows of a command and the line that ended it. */
    public record Answer(List<Line> rows, Line end) {}

    private Driver(JavaProcess process) {
        this.process = process;
        this.commands =
                new BufferedWriter(new OutputStreamWriter(process.process().getOutputStream(), StandardCharsets.UTF_8));
    }

    /** A process for the commands of {@link MqadminShell}. */
    static Driver startMqadmin(Path directory) {
        List<String> jvm = new ArrayList<>(Peers.stockJvmArgs("256m"));
        jvm.add("-Drocketmq.home.dir=" + directory.toAbsolutePath());
        String classPath =
                String.join(java.io.File.pathSeparator, Peers.testClasses(), Peers.classPath("apache-5.5.0"));
        return reading(new JavaProcess.Launch(
                "mqadmin-" + Long.toHexString(System.nanoTime()),
                directory.toAbsolutePath(),
                jvm,
                classPath,
                "io.firn.it.driver.AdminMain",
                List.of()));
    }

    static Driver start(StockClient client, String nameServer, Path directory) {
        List<String> jvm = new ArrayList<>(Peers.stockJvmArgs("512m"));
        jvm.add("-Drocketmq.serialize.type=" + client.serializeType());
        // a consumer that missed its own registration tries again after this, not after 20 s
        jvm.add("-Drocketmq.client.rebalance.waitInterval=2000");
        return reading(new JavaProcess.Launch(
                "driver-" + client + "-" + Long.toHexString(System.nanoTime()),
                directory.toAbsolutePath(),
                jvm,
                client.classPath(),
                "io.firn.it.driver.DriverMain",
                List.of(nameServer)));
    }

    private static Driver reading(JavaProcess.Launch launch) {
        Driver driver = new Driver(JavaProcess.start(launch, JavaProcess.Output.PIPE));
        Thread reader = new Thread(driver::read, "driver-reader");
        reader.setDaemon(true);
        reader.start();
        return driver;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8))) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                Line line = Line.parse(text);
                if (line.kind().equals("event")) {
                    events.add(line);
                } else {
                    answers.add(line);
                }
            }
        } catch (IOException killed) {
            answers.add(Line.of("error", "type", "driver", "message", "the driver's output broke: " + killed));
        }
        answers.add(Line.of("error", "type", "driver", "message", "the driver ended"));
    }

    /** Gives a command with alternating keys and values and waits for its end, be it ok or an error. */
    public Answer attempt(String verb, Object... keysAndValues) {
        String number = String.valueOf(++commandNumber);
        try {
            commands.write(
                    Line.of(verb, keysAndValues).with(Line.NUMBER, number).encode());
            commands.newLine();
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the driver" + process.report(), e);
        }
        List<Line> rows = new ArrayList<>();
        while (true) {
            Line line = nextAnswer();
            // an earlier caller may have been interrupted while its rows were still coming
            if (line.get(Line.NUMBER, number).equals(number)) {
                if (!line.kind().equals("row")) {
                    return new Answer(rows, line);
                }
                rows.add(line);
            }
        }
    }

    private Line nextAnswer() {
        try {
            Line line = answers.poll(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("the driver did not answer" + process.report());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Gives a command that must succeed. */
    public Answer call(String verb, Object... keysAndValues) {
        Answer answer = attempt(verb, keysAndValues);
        assertThat(answer.end().kind())
                .as(() -> Line.of(verb, keysAndValues) + " -> " + answer.end() + process.report())
                .isEqualTo("ok");
        return answer;
    }

    /** Rows of a command that must succeed. */
    public List<Line> rows(String verb, Object... keysAndValues) {
        return call(verb, keysAndValues).rows();
    }

    /** All events so far of the kind: {@code msg}, {@code ack}, {@code failed}, {@code status}. */
    public List<Line> events(String what) {
        List<Line> seen;
        synchronized (events) {
            seen = new ArrayList<>(events);
        }
        return seen.stream().filter(event -> event.get("what").equals(what)).toList();
    }

    /** All messages a consumer of this driver got so far, in order of arrival. */
    public List<Line> received(String consumer) {
        return events("msg").stream()
                .filter(event -> event.get("consumer").equals(consumer))
                .toList();
    }

    /** All events so far of the kind, which are then forgotten together with all others. */
    public List<Line> takeEvents(String what) {
        List<Line> taken;
        synchronized (events) {
            taken = new ArrayList<>(events);
            events.clear();
        }
        return taken.stream().filter(event -> event.get("what").equals(what)).toList();
    }

    /** The end of the driver's standard error, to be put into a failure. */
    public String report() {
        return process.report();
    }

    /** Forgets the events so far. */
    public void clearEvents() {
        events.clear();
    }

    /** SIGKILL: no goodbye to the broker. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        try {
            commands.close();
            process.awaitExit(Duration.ofSeconds(30));
        } catch (IOException | AssertionError stillThere) {
            process.kill();
        }
        process.close();
    }
}
