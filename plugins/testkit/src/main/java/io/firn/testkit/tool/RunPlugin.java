package io.firn.testkit.tool;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code mvn test-compile exec:exec@run}: starts a JVM that a debugger can attach to, with a broker that runs the
 * plugin under development, and ends with it. The debug port is 5005, or any when that is taken.
 */
public final class RunPlugin {

    private static final int USUAL_PORT = 5005;

    private RunPlugin() {}

    /** No arguments; system properties {@code firn.plugin.*} as in the plugin's pom. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(run(debugPort(), System.out));
    }

    private static int run(int debugPort, PrintStream out) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:" + debugPort);
        System.getProperties().forEach((key, value) -> {
            if (String.valueOf(key).startsWith("firn.")) {
                command.add("-D" + key + "=" + value);
            }
        });
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.firn.testkit.DevelopmentBroker"));
        out.println("debugger: 127.0.0.1:" + debugPort);
        Process broker = new ProcessBuilder(command).inheritIO().start();
        // Ctrl-C reaches both; when Maven alone is ended, the broker's JVM must not stay
        Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy, "firn-run-end"));
        return broker.waitFor();
    }

    private static int debugPort() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket usual = new ServerSocket(USUAL_PORT, 1, loopback)) {
            return usual.getLocalPort();
        } catch (IOException taken) {
            try (ServerSocket any = new ServerSocket(0, 1, loopback)) {
                return any.getLocalPort();
            }
        }
    }
}
