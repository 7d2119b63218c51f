package io.firn.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an author types, from an empty directory to a jar. The first type may fetch what the local repository lacks, all
 * others are made and built offline. Run by the profile {@code archetype-all}, not in every build.
 */
final class GeneratedPluginIT {

    private static final long LIMIT_S = 600;

    private static Path repository;

    @TempDir
    private Path empty;

    @BeforeAll
    static void makeRepository() throws IOException {
        repository = AuthorsRepository.make(
                        Path.of(property("firn.target"), "authors-repository"),
                        Path.of(property("firn.localRepository")),
                        Path.of(property("firn.checkout")),
                        property("firn.version"))
                .root();
    }

    static Stream<String> types() {
        return Arrays.stream(property("firn.archetype.types").split(",", -1));
    }

    @ParameterizedTest
    @MethodSource("types")
    void isGreenAndWouldBeLoaded(String type) throws Exception {
        String network = type.equals(types().findFirst().orElseThrow()) ? "-ntp" : "-o";
        String generated = maven(
                empty,
                network,
                property("firn.archetype.plugin") + ":generate",
                "-DarchetypeGroupId=io.firn",
                "-DarchetypeArtifactId=firn-plugin-archetype",
                "-DarchetypeVersion=" + property("firn.version"),
                "-DarchetypeCatalog=internal",
                "-DgroupId=com.example",
                "-DartifactId=my-" + type,
                "-Dpackage=com.example.made",
                "-DclassName=MadePlugin",
                "-Dtype=" + type,
                "-DinteractiveMode=false");
        Path project = empty.resolve("my-" + type);
        assertThat(project.resolve("src/main/java/com/example/made/MadePlugin.java"))
                .as(generated)
                .exists();
        assertThat(project.resolve("types")).doesNotExist();
        assertThat(project.resolve(".gitignore")).content().isEqualTo("target/\n");

        String built = maven(project, network, "verify");

        assertThat(built).contains("BUILD SUCCESS", "plugin my-" + type + "@0.1.0 would be loaded");
        try (JarFile jar =
                new JarFile(project.resolve("target/my-" + type + "-0.1.0.jar").toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Plugin-Class")).isEqualTo("com.example.made.MadePlugin");
            assertThat(manifest.getValue("Build-Jdk")).isEqualTo("25");
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.startsWith("io/firn/spi/") || name.startsWith("org/slf4j/"));
        }
    }

    @Test
    void saysWhichPropertyAPomLacks() throws Exception {
        Files.createDirectories(empty.resolve("src/main/java"));
        Files.writeString(empty.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <parent><groupId>io.firn</groupId><artifactId>firn-plugin-parent</artifactId><version>%s</version>
                    <relativePath/></parent>
                  <groupId>com.example</groupId>
                  <artifactId>bare</artifactId>
                  <version>1.0.0</version>
                </project>
                """.formatted(property("firn.version")));

        assertThat(maven(empty, "-ntp", "validate"))
                .contains("BUILD FAILURE")
                .contains("Set the property firn.plugin.class");
    }

    /** Its output. */
    private static String maven(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(property("firn.maven"), "bin", "mvn").toString(), "-B", "-Dmaven.repo.local=" + repository));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("maven", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // a JVM that lives for seconds
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS))
                    .as(command + " ended")
                    .isTrue();
            return Files.readString(output, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the build sets " + name);
        }
        return value;
    }
}
