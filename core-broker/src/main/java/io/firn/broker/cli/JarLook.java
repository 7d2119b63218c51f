package io.firn.broker.cli;

import io.firn.broker.plugin.Intake;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.TrustList;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at jars with the classes of the plugin host, without a broker and without running anything of them. Keeps copies
 * in a directory of its own until it is closed. One thread.
 */
final class JarLook implements AutoCloseable {

    private final Path copies;

    private JarLook(Path copies) {
        this.copies = copies;
    }

    static JarLook open() {
        try {
            return new JarLook(Files.createTempDirectory("firn-plugin"));
        } catch (IOException e) {
            throw new CommandFailure("can not make a temporary directory: " + e);
        }
    }

    /**
     * The jar, when a host of this version can load it, whoever vouches for it.
     *
     * @throws io.firn.broker.plugin.jar.PluginException naming fault and remedy
     */
    PluginJar loadable(Path file) {
        return accepted(file, TrustMode.OFF, Path.of("unread")).jar();
    }

    /**
     * The jar, when a host with this trust would load it.
     *
     * @throws io.firn.broker.plugin.jar.PluginException naming fault and remedy
     */
    Intake.Accepted accepted(Path file, TrustMode trust, Path trusted) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure(file + " is no file");
        }
        return new Intake(copies, BrokerPlugin.class.getClassLoader(), trust, trusted).look(file.toAbsolutePath());
    }

    /** What the list of trusted plugins says of the jar. */
    TrustList.Judgement judged(PluginJar jar, Path trusted) {
        return TrustList.read(trusted).judge(jar);
    }

    /** The jars of a directory; none when there is no such directory. */
    static List<Path> jarsIn(Path directory) {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
                files.forEach(found::add);
                // what a build leaves beside the jar that is whole
                found.removeIf(file -> file.getFileName().toString().startsWith("original-"));
            } catch (IOException e) {
                throw new CommandFailure("can not read " + directory + ": " + e);
            }
        }
        found.sort(null);
        return found;
    }

    @Override
    public void close() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(copies)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(copies);
        } catch (IOException e) {
            throw new CommandFailure("can not delete the temporary directory " + copies + ": " + e);
        }
    }
}
