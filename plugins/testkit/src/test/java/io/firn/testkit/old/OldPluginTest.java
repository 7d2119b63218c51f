package io.firn.testkit.old;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.HttpAnswer;
import io.firn.testkit.LoadedPlugin;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plugins compiled against each recorded version of the SPI work in a broker with the present one. Their sources are in
 * {@code old-plugins/<version>} and are never changed once the version is released.
 */
final class OldPluginTest {

    private static final Path RECORDED = Path.of("../../spi/api");
    private static final Path SOURCES = Path.of("src/test/resources/old-plugins");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    static Stream<String> versions() throws IOException {
        try (Stream<Path> all = Files.list(RECORDED)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void worksAsOnTheDayItWasBuilt(String version) throws Exception {
        Path jar = build(version);
        try (FirnBroker broker =
                FirnBroker.builder().jar(jar).config("suffix=!").open()) {
            LoadedPlugin plugin = broker.plugin();
            broker.topic("t").queues(1).create();
            broker.send("t", "k1", "hello");

            assertThat(broker.pull("t").bodies()).containsExactly("hello!");
            assertThat(broker.pull("t").properties("seen-by")).containsExactly("old");
            assertThat(plugin.counter("changed")).isEqualTo(1);
            Awaitility.await().atMost(LIMIT).until(() -> plugin.counter("followed") == 1);
            HttpAnswer answer = plugin.command("topics", "{\"pattern\":\"t*\"}");
            assertThat(answer.text()).contains("\"t\"");
            assertThat(plugin.http("GET", "/held/x", "").text()).isEqualTo("x: 0");
            assertThat(plugin.unload()).isClean();
        }
    }

    private Path build(String version) throws IOException {
        Path spi = Files.createDirectories(directory.resolve("spi"));
        RecordedSpi.write(RECORDED.resolve(version, "signatures.txt"), spi);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(SOURCES.resolve(version), spi, classes);
        Path jar = directory.resolve("old.jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", "old");
        main.putValue("Plugin-Version", version);
        main.putValue("Plugin-Class", "old.OldPlugin");
        main.putValue("Plugin-Requires", ">=" + version + " & <2.0.0");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        return jar;
    }

    /** With the recorded SPI and slf4j on the class path, and nothing of the present one. */
    private static void compile(Path sources, Path spi, Path classes) throws IOException {
        Path slf4j = CodePath.of(org.slf4j.Logger.class);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> all = Files.list(sources)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-cp", spi + ":" + slf4j, "-d", classes.toString(), "-proc:none", "-nowarn"),
                            null,
                            files.getJavaFileObjectsFromPaths(all.toList()))
                    .call();
            assertThat(done).as(said.toString()).isTrue();
        }
    }
}
