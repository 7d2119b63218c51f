package io.firn.spi;

import java.util.List;

/**
 * What a plugin leaves behind. Immutable.
 *
 * @param unfinished work that was given up, a sentence each; logged
 * @param dependents what can not be read without the plugin, for example topics; while there is something the broker
 *     refuses to remove the plugin for good
 * @since 1.0
 */
public record StopReport(List<String> unfinished, List<String> dependents) {

    private static final StopReport CLEAN = new StopReport(List.of(), List.of());

    /**
     * Takes read-only copies.
     *
     * @since 1.0
     */
    public StopReport {
        unfinished = List.copyOf(unfinished);
        dependents = List.copyOf(dependents);
    }

    /**
     * Nothing.
     *
     * @since 1.0
     */
    public static StopReport clean() {
        return CLEAN;
    }

    /**
     * Whether nothing is left behind.
     *
     * @since 1.0
     */
    public boolean isClean() {
        return unfinished.isEmpty() && dependents.isEmpty();
    }
}
