package io.firn.broker.plugin.jar;

import java.nio.file.Path;
import java.util.List;

/**
 * A jar that may be loaded.
 *
 * @param source the file the operator dropped
 * @param cached the copy that is loaded, named after its content
 * @param sha256 of the content, 64 hexadecimal digits
 * @param sizeBytes of the file
 * @param remarks what is odd about it without stopping it, one sentence each
 */
public record PluginJar(
        Path source, Path cached, String sha256, long sizeBytes, PluginManifest manifest, List<String> remarks) {

    public PluginJar {
        remarks = List.copyOf(remarks);
    }

    /** {@code id@version}, for people. */
    public String label() {
        return manifest.id() + "@" + manifest.version();
    }
}
