package io.firn.testkit.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.testkit.sample.UpperCase;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn test-compile exec:exec@run} starts, in an author's directory. */
final class RunPluginTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String CLASS_FILE = UpperCase.class.getName().replace('.', '/') + ".class";

    @TempDir
    private Path project;

    private Path output;
    private Process run;

    @BeforeEach
    void start() throws IOException {
        output = project.resolve("output");
        Path from = Path.of("target/test-classes");
        Path samples = Path.of(CLASS_FILE).getParent();
        Path to = Files.createDirectories(project.resolve("target/classes").resolve(samples));
        try (var all = Files.list(from.resolve(samples))) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        run = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dfirn.plugin.class=" + UpperCase.class.getName(),
                        "-Dfirn.plugin.id=upper",
                        "-Dfirn.plugin.version=1.0.0",
                        "-Dfirn.plugin.requires=>=1.0.0 & <2.0.0",
                        "-Dfirn.log.dir=" + project.resolve("logs"),
                        "-cp",
                        project.resolve("target/classes") + File.pathSeparator + System.getProperty("java.class.path"),
                        RunPlugin.class.getName()))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    @AfterEach
    void end() {
        List<ProcessHandle> all = run.descendants().toList();
        run.destroy();
        await().atMost(PATIENCE).until(() -> !run.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
    }

    private Matcher said(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return await().atMost(PATIENCE)
                .until(() -> wanted.matcher(Files.readString(output, StandardCharsets.UTF_8)), Matcher::find);
    }

    @Test
    void runsABrokerWithThePluginForADebuggerAndLoadsItAnewWhenItIsCompiled() throws IOException {
        int debugPort =
                Integer.parseInt(said("debugger: 127\\.0\\.0\\.1:(\\d+)").group(1));
        assertThat(said("firn ready: broker \\S+, name server (\\S+), ").group(1))
                .isNotEmpty();
        said("plugin upper is ACTIVE \\[put hook upper]");

        try (Socket debugger = new Socket(InetAddress.getLoopbackAddress(), debugPort)) {
            byte[] hello = "JDWP-Handshake".getBytes(StandardCharsets.US_ASCII);
            debugger.getOutputStream().write(hello);
            assertThat(debugger.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
        }
        Files.setLastModifiedTime(
                project.resolve("target/classes").resolve(CLASS_FILE),
                FileTime.from(Instant.now().plusSeconds(5)));

        said("compiled anew: loading it");
    }
}
