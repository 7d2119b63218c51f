package io.firn.testkit.tool;

import io.firn.broker.plugin.Intake;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at plugin jars as the broker does when it loads them: a whole zip, a usable manifest, an SPI range that fits,
 * and every reference into the SPI there. The last step of a plugin's build.
 */
public final class VerifyJar {

    private VerifyJar() {}

    /** Exit code 0 when all jars would be loaded. */
    public static void main(String[] jars) throws IOException {
        System.exit(verify(List.of(jars), System.out));
    }

    /** The exit code; one line a jar. */
    static int verify(List<String> jars, PrintStream out) throws IOException {
        if (jars.isEmpty()) {
            out.println("usage: VerifyJar plugin.jar …");
            return 2;
        }
        Path cache = Files.createTempDirectory("firn-verify");
        try {
            Intake intake =
                    new Intake(cache, BrokerPlugin.class.getClassLoader(), TrustMode.OFF, cache.resolve("trusted"));
            int failed = 0;
            for (String jar : jars) {
                failed += isGood(intake, Path.of(jar), out) ? 0 : 1;
            }
            return failed == 0 ? 0 : 1;
        } finally {
            delete(cache);
        }
    }

    private static boolean isGood(Intake intake, Path file, PrintStream out) {
        try {
            PluginJar jar = intake.look(file).jar();
            out.println("plugin " + jar.label() + " would be loaded: " + file.getFileName() + ", " + jar.sizeBytes()
                    + " bytes, SPI " + jar.manifest().requires());
            jar.remarks().forEach(remark -> out.println("  but: " + remark));
            return true;
        } catch (PluginException e) {
            out.println("plugin would be refused: " + e.getMessage());
            return false;
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
