package io.firn.it.tiered;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Firn with the plugin's jar in its directory of plugins; segments may go as soon as the plugin lets them. */
final class TieredBroker implements AutoCloseable {

    static final int SEGMENT_BYTES = 1 << 20;

    private final FirnProcess process;
    private final Path directory;

    private TieredBroker(FirnProcess process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts it, with these settings of the plugin. */
    static TieredBroker start(Path directory, Map<String, String> settings) {
        return start(directory, settings, spec -> spec);
    }

    /** Starts a read-only broker of the same name, which registers with this name server. */
    static TieredBroker startReadOnly(Path directory, Map<String, String> settings, String nameServer) {
        return start(
                directory, settings, spec -> spec.with("firn.readOnly", "true").registeringWith(nameServer));
    }

    private static TieredBroker start(Path directory, Map<String, String> settings, UnaryOperator<BrokerSpec> special) {
        Path plugins = directory.resolve("plugins");
        Path conf = directory.resolve("conf");
        try {
            Files.createDirectories(plugins);
            Files.createDirectories(conf);
            Path jar = Peers.pluginJar("tiered-s3");
            Files.copy(jar, plugins.resolve(jar.getFileName()));
            Files.write(
                    conf.resolve("tiered-s3.properties"),
                    settings.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String always = IntStream.range(0, 24).mapToObj(Integer::toString).collect(Collectors.joining(";"));
        BrokerSpec spec = BrokerSpec.in(directory)
                .with("mappedFileSizeCommitLog", String.valueOf(SEGMENT_BYTES))
                .with("firn.plugins.dir", plugins.toString())
                .with("firn.plugins.conf", conf.toString())
                .with("fileReservedTime", "0")
                .with("deleteWhen", always)
                .with("deleteFileBatchMax", "100")
                .with("cleanResourceInterval", "200");
        TieredBroker broker = new TieredBroker(new FirnProcess(special.apply(spec)), directory);
        try {
            broker.process.start();
            return broker;
        } catch (Throwable e) {
            broker.close();
            throw e;
        }
    }

    FirnProcess process() {
        return process;
    }

    /** The segments that are on the disk. */
    List<Path> segments() {
        try (Stream<Path> files = Files.list(process.commitLog())) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{20}"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of the log that were written. */
    long writtenBytes() {
        long written = 0;
        for (Path segment : segments()) {
            try {
                for (byte one : Files.readAllBytes(segment)) {
                    written += one == 0 ? 0 : 1;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return written;
    }

    /** Waits until all segments but the one being written are archived and gone from the disk. */
    void awaitLocalSegmentsGone() {
        Awaitility.await("segments to be archived and deleted")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .conditionEvaluationListener(null)
                .untilAsserted(() -> {
                    List<Path> left = segments();
                    // the one being written, and the spare one behind it
                    if (left.size() > 2
                            || left.getFirst().getFileName().toString().matches("0{20}")) {
                        throw new AssertionError("still there: " + left + process.report());
                    }
                });
    }

    /** Deletes all that the broker, which does not run, has on its disk. */
    void loseDisk() {
        try (Stream<Path> files = Files.walk(process.spec().store())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        process.close();
    }
}
