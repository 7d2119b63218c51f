package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that is told to end, before and after it is ready: a clean stop, exit code 0. */
@Tag("firn")
final class SignalIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"TERM, logs/firn.log", "INT, store/abort"})
    void aStartIsUndone(String signal, String begun) throws IOException {
        // a name server that never answers is waited for: the start lasts long enough
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProcess process =
                        FirnProcess.launch(spec().registeringWith("127.0.0.1:" + silent.getLocalPort()), List.of())) {
            Awaitility.await(begun)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(directory.resolve(begun)));

            process.signal(signal);

            assertThat(process.awaitExit(LIMIT)).as(process.report()).isZero();
            assertThat(process.outLines()).as("it was never ready").isEmpty();
        }
        theStoreIsFree();
    }

    @Test
    void aRunningBrokerIsStoppedByCtrlC() {
        try (FirnProcess firn = new FirnProcess(spec())) {
            firn.start();
            firn.running().signal("INT");

            assertThat(firn.running().awaitExit(LIMIT)).as(firn.report()).isZero();
            assertThat(firn.running().outLines()).hasSize(1);
            assertThat(firn.running().errLines()).isEmpty();
        }
        theStoreIsFree();
    }

    @Test
    void aStartThatFailsKeepsItsExitCode() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProcess process =
                        FirnProcess.launch(spec(), List.of("-Dfirn.nameserver.port=" + taken.getLocalPort()))) {
            assertThat(process.awaitExit(LIMIT)).as(process.report()).isEqualTo(1);
        }
    }

    private void theStoreIsFree() {
        assertThat(spec().store().resolve("abort"))
                .as("left by an end that was not clean")
                .doesNotExist();
        try (FirnProcess again = new FirnProcess(spec())) {
            again.start();
            assertThat(again.stop()).isZero();
        }
    }

    private BrokerSpec spec() {
        return BrokerSpec.in(directory);
    }
}
