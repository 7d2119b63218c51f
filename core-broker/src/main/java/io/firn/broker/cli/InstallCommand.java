package io.firn.broker.cli;

import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.runtime.Nearest;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code firn plugin install}: puts a jar into the plugin directory, in the place of an earlier one of the same plugin,
 * and waits until the broker runs it. When it does not come up, the directory is as it was before.
 */
@Command(
        name = "install",
        description = {
            "Check a jar, copy it into the broker's plugin directory and see it start; also upgrades.",
            "When it does not start, the jar of before is put back. On the broker's machine only."
        },
        mixinStandardHelpOptions = true)
final class InstallCommand implements Callable<Integer> {

    /** System property with the directories of the plugins that come with the distribution, set by its start script. */
    static final String BUNDLED = "firn.bundled";

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "jar|name", description = "A jar, or the id of a plugin that comes with Firn.")
    private String asked = "";

    @Override
    public Integer call() {
        BrokerOptions.Places places = terminal.options().places();
        try (JarLook look = JarLook.open();
                AdminClient client = terminal.client()) {
            Path file = source(look);
            PluginJar jar = accepted(look, file, places);
            boolean running = client.isThere();
            List<PluginStatus> before = running ? statuses(client) : List.of();
            PluginStatus present = Installation.find(before, jar.manifest().id());
            if (present != null && Installation.runs(present, jar)) {
                return terminal.done(jar.label() + " is installed and ACTIVE already");
            }
            Installation installation = Installation.begin(jar, file, target(look, jar, present, places));
            if (!running) {
                installation.keep();
                return terminal.done("installed " + jar.label() + " as " + installation.target()
                        + "; no broker answers, the next start loads it");
            }
            String outcome = installation.await(() -> statuses(client), before);
            return terminal.done(
                    "installed " + jar.label() + " as " + installation.target() + ": " + outcome + needs(jar));
        }
    }

    private static PluginJar accepted(JarLook look, Path file, BrokerOptions.Places places) {
        try {
            return look.accepted(file, places.trust(), places.trusted()).jar();
        } catch (PluginException e) {
            boolean untrusted = places.trust() == TrustMode.ENFORCE
                    && String.valueOf(e.getMessage()).contains("is not trusted");
            throw new CommandFailure("not installed: " + e.getMessage()
                    + (untrusted ? "; 'firn plugin trust " + file + "' adds it to the list" : ""));
        }
    }

    private static String needs(PluginJar jar) {
        List<String> needs = jar.manifest().needs();
        return needs.isEmpty()
                ? ""
                : "\nit says that it uses: " + String.join(", ", needs) + " (nothing enforces that)";
    }

    private static List<PluginStatus> statuses(AdminClient client) {
        return List.of(client.get("").as(PluginStatus[].class));
    }

    /** The file that is asked for: a path, or a bundled plugin. */
    private Path source(JarLook look) {
        Path path = Path.of(asked);
        if (Files.exists(path)) {
            return path;
        }
        List<String> ids = new ArrayList<>();
        for (String directory : System.getProperty(BUNDLED, "").split(File.pathSeparator, -1)) {
            for (Path file : directory.isEmpty() ? List.<Path>of() : JarLook.jarsIn(Path.of(directory))) {
                String id = idOf(look, file);
                if (asked.equals(id)) {
                    return file;
                }
                if (id != null) {
                    ids.add(id);
                }
            }
        }
        throw new CommandFailure("there is no file " + asked + " and no plugin of that name comes with this Firn"
                + Nearest.hint(asked, ids));
    }

    /** Null for what is no plugin. */
    private static @Nullable String idOf(JarLook look, Path file) {
        try {
            return look.loadable(file).manifest().id();
        } catch (PluginException | CommandFailure e) {
            return null;
        }
    }

    /** Where an earlier jar of the plugin is, or else a name that is free. */
    private static Path target(
            JarLook look, PluginJar jar, @Nullable PluginStatus present, BrokerOptions.Places places) {
        String id = jar.manifest().id();
        if (present != null
                && !present.jar().isEmpty()
                && Files.exists(places.jars().resolve(present.jar()))) {
            return places.jars().resolve(present.jar());
        }
        for (Path file : JarLook.jarsIn(places.jars())) {
            if (id.equals(idOf(look, file))) {
                return file;
            }
        }
        Path usual = places.jars().resolve(id + ".jar");
        return Files.exists(usual)
                ? places.jars().resolve(id + "-" + jar.manifest().version() + ".jar")
                : usual;
    }
}
