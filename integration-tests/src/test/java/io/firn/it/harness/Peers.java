package io.firn.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Class paths, as the build left them, and JVM flags of the processes. */
public final class Peers {

    private static final Path ROOT = Path.of(System.getProperty("firn.it.peers", "integration-tests/peers"));
    private static final Path TARGET = Path.of(System.getProperty("firn.it.target", "integration-tests/target"));

    private Peers() {}

    /** Class path of one peer module, {@code client-4.9.8}, {@code client-5.5.0} or {@code apache-5.5.0}. */
    public static String classPath(String module) {
        Path lib = ROOT.resolve(module).resolve("target").resolve("lib").toAbsolutePath();
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException("no " + lib + ": run 'mvn process-test-classes' from the root first");
        }
        return lib.resolve("*").toString();
    }

    /** Run-time class path of core-broker. */
    public static String firnClassPath() {
        try {
            return Files.readString(TARGET.resolve("firn.classpath")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("run 'mvn process-test-classes' from the root first", e);
        }
    }

    /** The jar of a plugin of this build, as it is dropped into {@code plugins/}. */
    public static Path pluginJar(String module) {
        Path target = ROOT.resolve("../..")
                .resolve(module)
                .resolve("target")
                .toAbsolutePath()
                .normalize();
        try (Stream<Path> jars = Files.list(target)) {
            return jars.filter(jar -> jar.getFileName().toString().endsWith("-plugin.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no *-plugin.jar in " + target + ": run 'mvn package' from the root first"));
        } catch (IOException e) {
            throw new UncheckedIOException("run 'mvn package' from the root first", e);
        }
    }

    /** This module's test classes, for the client driver; a jar, because a JVM shares no classes from directories. */
    public static String testClasses() {
        return TARGET.resolve("driver-tests.jar").toAbsolutePath().toString();
    }

    /** Where {@link SharedArchive}s are. */
    static Path archives() {
        try {
            return Files.createDirectories(TARGET.resolve("archives").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar of the table helper, for the client driver. */
    public static String tableView() {
        return TARGET.resolve("plugins")
                .resolve("table-view.jar")
                .toAbsolutePath()
                .toString();
    }

    /** Flags for short-lived stock processes on few cores: no C2, serial collector, doors their libraries need. */
    public static List<String> stockJvmArgs(String maxHeap) {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + maxHeap,
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED");
    }
}
