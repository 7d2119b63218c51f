package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two brokers on one machine: one name server, and nothing that listens beyond the machine. */
final class TwoBrokersTest {

    @TempDir
    Path root;

    @Test
    void theSecondRegistersWithTheFirstAndStartsNoNameServer() {
        try (RunningBroker first = RunningBroker.open(root.resolve("first"));
                RunningBroker second = joining(first)) {
            assertThat(second.nameServer()).isEqualTo(first.nameServer());
            await().untilAsserted(() -> {
                RemotingCommand cluster = first.askNameServer(RequestCode.GET_BROKER_CLUSTER_INFO);
                assertThat(new String(cluster.bodyBytes(), StandardCharsets.UTF_8))
                        .contains("broker-a", first.address(), "broker-b", second.address());
            });
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatTheyListenOnIsOfTheLoopbackInterface() {
        Set<Listener> before = listeners();
        try (RunningBroker first = RunningBroker.open(root.resolve("first"));
                RunningBroker _ = joining(first)) {
            Set<Listener> opened = listeners();
            opened.removeAll(before);

            assertThat(opened)
                    .as("two ports and an admin port each, and one name server")
                    .hasSize(7);
            assertThat(opened).allMatch(Listener::isLoopback);
        }
    }

    /** It can not open a name server: the port that its settings give it is taken. */
    private RunningBroker joining(RunningBroker first) {
        String port = first.nameServer().substring(first.nameServer().lastIndexOf(':') + 1);
        return RunningBroker.open(
                root.resolve("second"),
                "brokerName=broker-b",
                "namesrvAddr=" + first.nameServer(),
                "firn.nameserver.port=" + port);
    }

    /** A socket of this process: address and port as the kernel writes them, in hexadecimal words of its byte order. */
    private record Listener(String local, String inode) {

        boolean isLoopback() {
            return local.startsWith("0100007F:")
                    || local.startsWith("00000000000000000000000001000000:")
                    || local.startsWith("0000000000000000FFFF00000100007F:");
        }
    }

    private static Set<Listener> listeners() {
        Set<String> own = ownSockets();
        return Stream.of("tcp", "tcp6")
                .map(table -> Path.of("/proc/self/net", table))
                .filter(Files::exists)
                .flatMap(table -> lines(table).skip(1))
                .map(line -> line.trim().split("\\s+", -1))
                // 0A: listening
                .filter(columns -> columns[3].equals("0A") && own.contains(columns[9]))
                .map(columns -> new Listener(columns[1], columns[9]))
                .collect(Collectors.toSet());
    }

    private static Set<String> ownSockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(TwoBrokersTest::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
