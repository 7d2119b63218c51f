package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.runtime.ConfigView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where plugins are and which are wanted.
 *
 * @param jars directory whose {@code *.jar} are plugins; need not exist
 * @param settings directory of {@code <id>.properties}; need not exist
 * @param state directory of what the host and the plugins keep, {@code <store>/plugins}
 * @param trust what happens to jars nobody vouches for
 * @param trusted list of trusted jars and signers
 * @param operators list of operators and their permissions; need not exist
 * @param required ids without which the broker does not start
 * @param without ids that are not started, although they may own data
 * @param detach ids that are removed for good at the start, if nothing depends on them
 * @param startLimit time a plugin has for its constructor and {@code start}
 * @param stopLimit time a plugin has to finish calls in flight, and again for {@code stop}
 */
public record PluginConfig(
        Path jars,
        Path settings,
        Path state,
        TrustMode trust,
        Path trusted,
        Path operators,
        Set<String> required,
        Set<String> without,
        Set<String> detach,
        Duration startLimit,
        Duration stopLimit) {

    /** Key of {@link #without}. */
    public static final String WITHOUT_KEY = "firn.plugins.without";

    /** Key of {@link #detach}. */
    public static final String DETACH_KEY = "firn.plugins.detach";

    static final String OPERATORS_KEY = "firn.plugins.operators";
    static final String REQUIRED_KEY = "firn.plugins.required";
    static final String JARS_KEY = "firn.plugins.dir";
    static final String VERIFY_KEY = "firn.plugins.verify";
    static final String TRUSTED_KEY = "firn.plugins.trusted";

    public PluginConfig {
        required = Set.copyOf(required);
        without = Set.copyOf(without);
        detach = Set.copyOf(detach);
    }

    /** Reads the settings; {@code store} is the broker's store directory. */
    public static PluginConfig from(ConfigView view, Path store) {
        return new PluginConfig(
                view.path(JARS_KEY, "plugins", "Directory of plugin jars; what is dropped there is loaded."),
                view.path("firn.plugins.conf", "conf/plugins", "Directory of the plugins' settings, <id>.properties."),
                store.resolve("plugins"),
                view.choice(VERIFY_KEY, TrustMode.OFF, "What happens to plugin jars that nobody vouches for."),
                view.path(TRUSTED_KEY, "conf/plugins/trusted", "List of trusted plugin jars and signers."),
                view.path(
                        OPERATORS_KEY,
                        "conf/plugins/operators",
                        "List of operators and what each may do to plugins; while there is none, nobody is asked."),
                ids(view.string(REQUIRED_KEY, "", "Plugins without which the broker does not start: id,id.")),
                ids(view.string(
                        WITHOUT_KEY,
                        "",
                        "Plugins not to start, although they may own data: id,id. Their topics stay"
                                + " offline and nothing they hold is deleted.")),
                ids(view.string(
                        DETACH_KEY,
                        "",
                        "Plugins to remove for good at the start, id,id: only if nothing depends on them. For the"
                                + " command line (firn start --detach id), not for the file.")),
                view.millis("firn.plugins.startTimeout", 30_000, 100, 600_000, "Time for a plugin to start."),
                view.millis("firn.plugins.stopTimeout", 30_000, 100, 600_000, "Time for a plugin to stop."));
    }

    private static Set<String> ids(String text) {
        Set<String> ids = new TreeSet<>();
        Arrays.stream(text.split("[,; ]", -1)).filter(id -> !id.isEmpty()).forEach(ids::add);
        return ids;
    }
}
