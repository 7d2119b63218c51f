package io.firn.testkit.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.PluginJars;
import io.firn.testkit.sample.UpperCase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyJarTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void acceptsAPlugin() throws IOException {
        Path jar = PluginJars.write(UpperCase.class, directory);

        assertThat(verify(jar.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("plugin upper-case@0.0.1 would be loaded");
    }

    @Test
    void refusesWhatABrokerWouldRefuse() throws IOException {
        Path good = PluginJars.write(UpperCase.class, directory);
        Path old = PluginJars.write(UpperCase.class, directory.resolve("old"), "Plugin-Requires: 1.2.0");
        Path half = Files.write(directory.resolve("half.jar"), new byte[] {'P', 'K', 3, 4});

        assertThat(verify(good.toString(), old.toString(), half.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("would be loaded")
                .contains("Plugin-Requires")
                .contains("it is not a complete jar");
    }

    @Test
    void saysHowItIsUsed() throws IOException {
        assertThat(verify()).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("usage:");
    }

    private int verify(String... jars) throws IOException {
        try (PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return VerifyJar.verify(List.of(jars), print);
        }
    }
}
