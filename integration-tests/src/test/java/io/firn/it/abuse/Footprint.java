package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** What a broker holds: its connections, their output, and its memory in and beside the heap, by its own metrics. */
final class Footprint {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a broker that has served more than before may keep: compiled paths, caches of names, pooled buffers. */
    private static final long HEAP_SLACK = 8L << 20;

    private static final long DIRECT_SLACK = 16L << 20;

    private final Sut sut;
    private final double connections;
    private final double heap;
    private final double direct;

    private Footprint(Sut sut) {
        this.sut = sut;
        this.connections = metric("firn_server_connections");
        this.heap = heapInUse();
        this.direct = metric("firn_jvm_direct_bytes");
    }

    /** As it is now; of another system than Firn nothing is known. */
    static Footprint of(Sut sut) {
        return new Footprint(sut);
    }

    /** Waits until everything beyond what was held at {@link #of} is given back. */
    void awaitReturn() {
        if (!(sut instanceof FirnProcess)) {
            return;
        }
        Awaitility.await("connections, output and memory to be given back")
                .atMost(LIMIT)
                .untilAsserted(() -> {
                    assertThat(metric("firn_server_connections")).isLessThanOrEqualTo(connections);
                    assertThat(metric("firn_server_queued_bytes")).isZero();
                    assertThat(metric("firn_jvm_direct_bytes")).isLessThanOrEqualTo(direct + DIRECT_SLACK);
                    assertThat(heapInUse()).isLessThanOrEqualTo(heap + HEAP_SLACK);
                });
    }

    /** After a collection. */
    private double heapInUse() {
        if (sut instanceof FirnProcess firn) {
            collect(firn.running().process().pid());
        }
        return metric("firn_jvm_heap_used_bytes");
    }

    private static void collect(long pid) {
        try {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            int exitCode = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
            assertThat(exitCode).as("jcmd GC.run").isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private double metric(String name) {
        if (!(sut instanceof FirnProcess firn)) {
            return 0;
        }
        try (InputStream page =
                URI.create("http://" + firn.admin() + "/metrics").toURL().openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + sut.report()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
