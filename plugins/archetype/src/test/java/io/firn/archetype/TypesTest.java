package io.firn.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.SettingsTable;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All types without Maven: names are put in as the archetype does, and the compiler looks at what comes of it. That the
 * generated projects are green is shown by {@link GeneratedPluginIT}.
 */
final class TypesTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Path TYPES = RESOURCES.resolve("archetype-resources/types");

    @TempDir
    private Path directory;

    static Stream<String> types() throws IOException {
        try (Stream<Path> all = Files.list(TYPES)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void compilesWithoutAWarningAndItsReadmeHasItsSettings(String type) throws Exception {
        Map<String, String> names = Map.of(
                "${package}", "com.example.made",
                "${className}", "MadePlugin",
                "${artifactId}", "my-" + type,
                "${version}", "0.1.0");
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> all = Files.walk(TYPES.resolve(type))) {
            for (Path template :
                    all.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = template.getFileName().toString().replace("__className__", "MadePlugin");
                sources.add(Files.writeString(directory.resolve(name), filled(template, names)));
            }
        }

        compile(sources, directory);

        try (URLClassLoader made = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            Class<? extends Record> settings =
                    made.loadClass("com.example.made.MadePluginSettings").asSubclass(Record.class);
            assertThat(filled(TYPES.resolve(type).resolve("README.md"), names)).contains(SettingsTable.of(settings));
        }
    }

    private static String filled(Path template, Map<String, String> names) throws IOException {
        String text = Files.readString(template);
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace(name.getKey(), name.getValue());
        }
        // nothing else that the archetype's templates know
        assertThat(text).as(template.toString()).doesNotContain("${", "#set", "#if", "##");
        return text;
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of(
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-d",
                                    classes.toString(),
                                    "-proc:none",
                                    "-Xlint:all,-path",
                                    "-Werror"),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(done).as(said.toString()).isTrue();
        }
    }

    @Test
    void areAllNamedWhereTheyHaveToBe() throws IOException {
        List<String> types = types().toList();
        String metadata = Files.readString(RESOURCES.resolve("META-INF/maven/archetype-metadata.xml"));
        String guide = Files.readString(Path.of("../../docs/plugins/tutorial.md"));

        assertThat(types).hasSize(6).allSatisfy(type -> {
            assertThat(metadata).contains("<directory>types/" + type + "/main<", "<directory>types/" + type + "/test<");
            assertThat(metadata).containsPattern("<validationRegex>([a-z-]+\\|)*" + type + "(\\|[a-z-]+)*</");
            assertThat(guide).contains("`" + type + "`");
        });
    }
}
