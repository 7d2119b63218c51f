package io.firn.testkit.old;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.BrokerPlugin;
import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.model.JApiBehavior;
import japicmp.model.JApiClass;
import japicmp.model.JApiCompatibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * japicmp between the SPI as it is and as each recorded version had it: what it calls binary incompatible would break a
 * plugin's jar. The jar it compares with is made from {@code spi/api/<version>/signatures.txt}. What was incubating is
 * left out.
 */
final class JapicmpTest {

    private static final Path RECORDED = Path.of("../../spi/api");

    @TempDir
    private Path directory;

    static Stream<String> versions() throws IOException {
        return OldPluginTest.versions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void findsNothingThatBreaksAPluginOfThatVersion(String version) throws IOException {
        Path signatures = RECORDED.resolve(version, "signatures.txt");

        assertThat(breaks(signatures))
                .as("binary incompatible with SPI " + version)
                .isEmpty();
    }

    @Test
    void findsWhatIsGoneOrOther() throws IOException {
        Path signatures = directory.resolve("signatures.txt");
        List<String> lines = new ArrayList<>(Files.readAllLines(RECORDED.resolve("1.0.0", "signatures.txt")));
        lines.add("io.firn.spi.Gone | interface broker");
        lines.add("io.firn.spi.put.PutMessage#gone() int | abstract");
        lines.add("io.firn.spi.put.Verdict#GONE io.firn.spi.put.Verdict | static");
        lines.add("io.firn.spi.PluginContext#dataDir(java.lang.String) java.nio.file.Path | abstract");
        Files.write(signatures, lines);

        assertThat(breaks(signatures))
                .anyMatch(line -> line.startsWith("io.firn.spi.Gone: CLASS_REMOVED"))
                .anyMatch(line -> line.startsWith("io.firn.spi.put.PutMessage#gone: METHOD_REMOVED"))
                .anyMatch(line -> line.startsWith("io.firn.spi.put.Verdict#GONE: FIELD_REMOVED"))
                .anyMatch(line -> line.startsWith("io.firn.spi.PluginContext#dataDir: METHOD_REMOVED"))
                .hasSize(4);
    }

    private List<String> breaks(Path signatures) throws IOException {
        Path before = Files.createDirectories(directory.resolve("before"));
        RecordedSpi.write(signatures, before);
        JarArchiveComparatorOptions options = new JarArchiveComparatorOptions();
        // slf4j and annotations: in nobody's signature but the logger's, which both have
        options.getIgnoreMissingClasses().setIgnoreAllMissingClasses(true);
        List<JApiClass> compared = new JarArchiveComparator(options)
                .compare(archive(before, "before"), archive(CodePath.of(BrokerPlugin.class), "now"));
        Set<String> incubating = incubating(signatures);
        List<String> found = new ArrayList<>();
        for (JApiClass type : compared) {
            String name = type.getFullyQualifiedName();
            if (!incubating.contains(name)) {
                add(name, type, found);
                type.getInterfaces().forEach(one -> add(name + " is " + one.getFullyQualifiedName(), one, found));
                type.getFields().forEach(one -> add(name + "#" + one.getName(), one, found));
                type.getConstructors().forEach(one -> addMember(name, one, incubating, found));
                type.getMethods().forEach(one -> addMember(name, one, incubating, found));
            }
        }
        return found;
    }

    private static void addMember(String owner, JApiBehavior member, Set<String> incubating, List<String> found) {
        String name = owner + "#" + member.getName();
        if (!incubating.contains(name)) {
            add(name, (JApiCompatibility) member, found);
        }
    }

    private static void add(String name, JApiCompatibility what, List<String> found) {
        what.getCompatibilityChanges().stream()
                .filter(change -> !change.isBinaryCompatible())
                .map(change -> name + ": " + change.getType())
                .forEach(found::add);
    }

    /** Types, and members as {@code type#name}. */
    private static Set<String> incubating(Path signatures) throws IOException {
        return Files.readAllLines(signatures).stream()
                .map(Signature::parse)
                .filter(one -> one.is("incubating"))
                .map(one -> one.member().isEmpty() ? one.owner() : one.owner() + "#" + one.member())
                .collect(Collectors.toSet());
    }

    private JApiCmpArchive archive(Path classes, String version) throws IOException {
        if (!Files.isDirectory(classes)) {
            return new JApiCmpArchive(classes.toFile(), version);
        }
        Path jar = directory.resolve(version + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        return new JApiCmpArchive(jar.toFile(), version);
    }
}
