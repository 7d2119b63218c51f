package io.firn.tiered.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A server of other authors as a process of its own; its output goes to a file whose end is in every failure. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(4);

    private final Process process;
    private final Path output;

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ServerProcess start(Path directory, List<String> command) throws IOException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ServerProcess(process, output);
    }

    /** Waits until this address takes connections. */
    void awaitPort(int port) {
        await(() -> connects(port), "port " + port);
    }

    /** Waits until its output contains this. */
    void awaitOutput(String text) {
        await(() -> Files.readString(output).contains(text), "'" + text + "'");
    }

    private void await(java.util.concurrent.Callable<Boolean> condition, String what) {
        Awaitility.await(what).atMost(START).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the server ended with code " + process.exitValue() + ": " + tail());
            }
            return condition.call();
        });
    }

    /** A run of ports that were free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean connects(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String tail() {
        try {
            String all = Files.readString(output);
            return all.substring(Math.max(0, all.length() - 2000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** The module's directory, whichever directory the tests run in. */
    static Path module() {
        Path here = new File("").getAbsoluteFile().toPath();
        return Files.isDirectory(here.resolve("tiered-s3")) ? here.resolve("tiered-s3") : here;
    }
}
