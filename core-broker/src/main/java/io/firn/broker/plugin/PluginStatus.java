package io.firn.broker.plugin;

import io.firn.broker.plugin.context.HealthParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One plugin as operators see it. Immutable.
 *
 * @param id the file's name when its manifest cannot be read
 * @param version empty when its manifest cannot be read
 * @param state where it stands
 * @param cause why, when it is not active; empty otherwise
 * @param sinceMs when it came to this state, milliseconds since the epoch
 * @param jar the file it is from
 * @param source what is known of that file; null when it was refused
 * @param registered what it has registered, a phrase each
 * @param remarks what is odd about it, a sentence each
 * @param troubles its parts that are not well
 */
public record PluginStatus(
        String id,
        String version,
        PluginState state,
        String cause,
        long sinceMs,
        String jar,
        @Nullable Source source,
        List<String> registered,
        List<String> remarks,
        Map<String, HealthParts.Part> troubles) {

    /**
     * What is known of a plugin's jar.
     *
     * @param requires range of SPI versions
     * @param trustedBy which line of the list of trusted plugins covers it; empty when none or not checked
     * @param storage whether it owns data
     */
    public record Source(
            String sha256,
            String requires,
            String description,
            List<String> needs,
            List<String> dependencies,
            String trustedBy,
            String storage) {}

    public PluginStatus {
        registered = List.copyOf(registered);
        remarks = List.copyOf(remarks);
        troubles = Map.copyOf(troubles);
    }

    /** A file that was refused. */
    static PluginStatus ofFile(Path file, String reason, long sinceMs) {
        String name = String.valueOf(file.getFileName());
        return new PluginStatus(
                name, "", PluginState.REFUSED, reason, sinceMs, name, null, List.of(), List.of(), Map.of());
    }

    /** A plugin without a jar, which is left out. */
    static PluginStatus ofAbsent(String id, String reason) {
        return new PluginStatus(id, "", PluginState.DISABLED, reason, 0, "", null, List.of(), List.of(), Map.of());
    }

    PluginStatus withTroubles(Map<String, HealthParts.Part> now) {
        return new PluginStatus(id, version, state, cause, sinceMs, jar, source, registered, remarks, now);
    }

    /** Whether somebody should look at it. */
    public boolean isTrouble() {
        return switch (state) {
            case REFUSED, FAILED, QUARANTINED, LEAKED -> true;
            case DISABLED, RESOLVED, STARTING, ACTIVE, STOPPING, STOPPED -> false;
        };
    }
}
