package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Jars of the sample plugins, for tests in other packages. */
public final class PluginJars {

    private PluginJars() {}

    /** The jar, {@code id.jar} in this directory; {@code entries} are those of the manifest that are other. */
    public static Path write(Class<? extends BrokerPlugin> type, Path directory, String... entries) {
        Map<String, String> more = new LinkedHashMap<>();
        for (String entry : entries) {
            int colon = entry.indexOf(':');
            more.put(entry.substring(0, colon), entry.substring(colon + 1).trim());
        }
        PackedPlugin packed = PackedPlugin.of(type, more);
        packed.into(directory);
        return directory.resolve(packed.id() + ".jar");
    }
}
