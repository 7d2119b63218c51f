package io.firn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadRunTest {
    private static final Pattern OPAQUE = Pattern.compile("\"opaque\":(\\d+)");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path directory;

    private final EchoPeer echo = new EchoPeer(System.getProperty("java.class.path"), JAVA, 64);

    @Test
    void sendsAllThatWasAskedForAndNoMore() {
        Loads loads = new Loads(plan());
        try (RunningPeer on = echo.start(setup())) {
            SendFrame[] frames = Loads.frames(echo, List.of("a", "b"), 4, 128);

            Measured done = LoadRun.connect(on, loads.send(frames, 10_000, 16)).measureUntilDone();

            assertThat(done.counts().messages()).isEqualTo(10_000);
            assertThat(done.counts().refused() + done.counts().busy()).isZero();
            assertThat(done.latency().getTotalCount()).isPositive();
        }
    }

    @Test
    void goesOnAfterThePeerWasPaused() {
        Loads loads = new Loads(plan());
        try (RunningPeer on = echo.start(setup())) {
            on.pause();
            on.resume();
            LoadRun load = LoadRun.connect(on, loads.send(Loads.frames(echo, List.of("a"), 8, 128)));
            load.warm(Duration.ofMillis(50), 1_000);

            Measured measured = load.measure(Duration.ofMillis(200));

            assertThat(measured.counts().messages()).isPositive();
            assertThat(measured.seconds()).isPositive();
        }
    }

    @Test
    void holdsAFixedRate() {
        Loads loads = new Loads(plan());
        try (RunningPeer on = echo.start(setup())) {
            LoadRun load = LoadRun.connect(on, loads.paced(Loads.frames(echo, List.of("a"), 8, 128), 2_000));

            Measured measured = load.measure(Duration.ofMillis(500));

            // never ahead of the schedule, however slow this machine is; the first of each connection is due at once
            assertThat(measured.counts().messages()).isBetween(1L, (long) (2_000 * measured.seconds()) + 2);
            assertThat(measured.latencyMs(50)).isPositive();
        }
    }

    @Test
    void countsPulledRecordsByTheirSizes() {
        Loads loads = new Loads(plan());
        try (RunningPeer on = echo.start(setup())) {
            PullFrame frame = new PullFrame(new SendFrame.Target("a", 0, "broker-a"), "g");
            List<PullWork.Range> ranges = List.of(new PullWork.Range(frame, 0, 320), new PullWork.Range(frame, 32, 64));

            Measured done =
                    LoadRun.connect(on, loads.pull(ranges, PullWork.AtEnd.STOP)).measureUntilDone();

            assertThat(done.counts().messages()).isEqualTo(352);
            assertThat(done.counts().bytes()).isEqualTo(352L * StoredRecord.bytes("bench-000", 64));
        }
    }

    @Test
    void failsWhenNothingIsAccepted() throws IOException {
        try (Answering server = new Answering(2, Integer.MAX_VALUE);
                RunningPeer on = server.asPeer(echo, directory)) {
            SendFrame[] frames = Loads.frames(echo, List.of("a"), 1, 16);
            LoadRun load = LoadRun.connect(on, new Loads(plan()).send(frames, 100, 4));

            assertThatThrownBy(load::measureUntilDone)
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("accepted nothing")
                    .hasMessageContaining("100 busy");
        }
    }

    @Test
    void failsWhenTheBrokerHangsUp() throws IOException {
        try (Answering server = new Answering(0, 10);
                RunningPeer on = server.asPeer(echo, directory)) {
            SendFrame[] frames = Loads.frames(echo, List.of("a"), 1, 16);
            LoadRun load = LoadRun.connect(on, new Loads(plan()).send(frames, 1_000, 4));

            assertThatThrownBy(load::measureUntilDone)
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("load on limit failed");
        }
    }

    private Peer.Setup setup() {
        return new Peer.Setup(directory, List.of("-Xmx64m"));
    }

    private Plan plan() {
        Duration short_ = Duration.ofMillis(50);
        return new Plan(1, short_, 0, short_, short_, short_, 0, 1, 0, 2, 16, "64m", 0, directory);
    }

    /** Answers every request with one code, and hangs up after some. */
    private static final class Answering implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        private final int code;
        private final int answers;

        Answering(int code, int answers) throws IOException {
            this.code = code;
            this.answers = answers;
            Thread.ofPlatform().daemon().start(this::accept);
        }

        RunningPeer asPeer(Peer peer, Path directory) {
            ChildProcess process = ChildProcess.start(new ChildProcess.Command(
                    "sleep",
                    List.of("sh", "-c", "echo ready; exec sleep 600"),
                    Map.of(),
                    directory,
                    Pattern.compile("ready")));
            process.awaitReady(Duration.ofSeconds(30));
            return new RunningPeer(
                    peer,
                    process,
                    List.of(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofPlatform().daemon().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket;
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    OutputStream out = socket.getOutputStream()) {
                for (int i = 0; i < answers; i++) {
                    int length = in.readInt();
                    String frame = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                    Matcher opaque = OPAQUE.matcher(frame);
                    assertThat(opaque.find()).isTrue();
                    out.write(ResponseScannerTest.frame(
                            "{\"code\":" + code + ",\"opaque\":" + opaque.group(1) + "}", ""));
                }
            } catch (IOException e) {
                // the load hung up first
                assertThat(e).isNotNull();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
