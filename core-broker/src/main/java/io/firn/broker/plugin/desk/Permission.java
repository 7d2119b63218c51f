package io.firn.broker.plugin.desk;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may do: {@code plugin:<id>:<what>}. What is the name of a command of the plugin; the method of a route of
 * it, such as {@code GET}; or {@code -/} and what the host does with it, such as {@code -/disable}.
 */
final class Permission {

    /** A star stands for any letters, but not for a colon. */
    private static final Pattern PATTERN = Pattern.compile("plugin:[A-Za-z0-9._*-]+:(-/)?[A-Za-z0-9*-]+");

    private static final String HOST = "-";
    private static final String COMMAND = "command";

    private Permission() {}

    /** What a request needs; null for one that only looks at what the host knows, as every operator may. */
    static @Nullable String needed(String method, List<String> path) {
        String id = path.getFirst();
        if (path.size() == 1 || id.equals(HOST)) {
            return null;
        }
        if (!path.get(1).equals(HOST)) {
            return of(id, method);
        }
        if (path.size() > 2 && path.get(2).equals(COMMAND)) {
            return of(id, String.join("/", path.subList(3, path.size())));
        }
        return method.equals("GET") ? null : of(id, HOST + "/" + String.join("/", path.subList(2, path.size())));
    }

    /** What a command of a plugin needs, and the like. */
    static String of(String id, String what) {
        return "plugin:" + id + ":" + what;
    }

    /** Whether this can stand in the list of operators. */
    static boolean isPattern(String text) {
        return PATTERN.matcher(text).matches();
    }

    /** Whether a pattern permits this. */
    static boolean permits(String pattern, String needed) {
        String[] parts = pattern.split("\\*", -1);
        StringBuilder expression = new StringBuilder();
        for (String part : parts) {
            expression.append(expression.isEmpty() ? "" : "[^:]*").append(Pattern.quote(part));
        }
        return needed.matches(expression.toString());
    }
}
