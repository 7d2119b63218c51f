package io.firn.broker.plugin.desk;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patterns such as {@code /topics/{topic}}. */
final class PathPattern {

    private PathPattern() {}

    /** The variables of a path that fits, null when it does not. */
    static @Nullable Map<String, String> match(String pattern, String path) {
        String[] wanted = pattern.split("/", -1);
        String[] given = path.replaceFirst("/$", "").split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return variables;
    }
}
