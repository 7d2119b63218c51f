package io.firn.spi.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares two texts of {@link Signatures} and names what a plugin built against the first would trip over with the
 * second:
 *
 * <ul>
 *   <li>a type or member is gone, or is another one (result, parameters, exceptions, nullness);
 *   <li>an interface that plugins implement has a new abstract method, or a default one has become abstract;
 *   <li>a sealed type has another case, so that a plugin's switch is no longer complete;
 *   <li>a type is no longer what it extended, or changed its kind or who implements it;
 *   <li>a constant that compilers copy has another value.
 * </ul>
 *
 * What is new otherwise is fine, constants of enums too: a plugin's switch over an enum needs a default branch. What was
 * incubating may do as it likes.
 */
final class Compatibility {

    private static final String SEPARATOR = " | ";

    private Compatibility() {}

    /** A sentence for each break, in order of the text; empty when old plugins work. */
    static List<String> breaks(Collection<String> before, Collection<String> after) {
        Map<String, String> old = parsed(before);
        Map<String, String> now = parsed(after);
        List<String> found = new ArrayList<>();
        old.forEach((what, how) -> {
            if (!isIncubating(what, old)) {
                String problem = changed(what, how, now.get(what), old);
                if (!problem.isEmpty()) {
                    found.add(problem);
                }
            }
        });
        now.forEach((what, how) -> {
            String type = typeOf(what);
            boolean isNew = !old.containsKey(what) && old.containsKey(type) && !isIncubating(what, old);
            if (isNew && words(old.get(type)).contains("plugin") && words(how).contains("abstract")) {
                found.add(what + ": plugins implement this interface, a new method has to be default");
            }
        });
        return found;
    }

    private static String changed(String what, String how, @Nullable String now, Map<String, String> old) {
        if (now == null) {
            return what + ": is gone or has another signature";
        }
        if (now.equals(how)) {
            return "";
        }
        if (what.contains("#")) {
            return changedMember(what, how, now, words(old.get(typeOf(what))).contains("plugin"));
        }
        List<String> lost = new ArrayList<>(words(how));
        lost.removeAll(words(now));
        return lost.isEmpty() ? "" : what + ": was " + how + ", is " + now;
    }

    private static String changedMember(String what, String how, String now, boolean byPlugin) {
        if (how.startsWith("constant")) {
            return what + ": compilers have copied " + how + ", it is now " + now;
        }
        boolean abstractNow = words(now).contains("abstract");
        boolean abstractBefore = words(how).contains("abstract");
        if (abstractNow && !abstractBefore && byPlugin) {
            return what + ": plugins implement this interface, a default method must not become abstract";
        }
        boolean staticChanged = words(now).contains("static") != words(how).contains("static");
        return staticChanged ? what + ": was " + how + ", is " + now : "";
    }

    private static boolean isIncubating(String what, Map<String, String> old) {
        return words(old.getOrDefault(what, "")).contains("incubating")
                || words(old.getOrDefault(typeOf(what), "")).contains("incubating");
    }

    private static String typeOf(String what) {
        int member = what.indexOf('#');
        return member < 0 ? what : what.substring(0, member);
    }

    private static List<String> words(@Nullable String how) {
        return how == null ? List.of() : List.of(how.split(" ", -1));
    }

    private static Map<String, String> parsed(Collection<String> lines) {
        Map<String, String> parsed = new TreeMap<>();
        for (String line : lines) {
            int cut = line.indexOf(SEPARATOR);
            if (cut < 0) {
                throw new IllegalArgumentException("not a signature: " + line);
            }
            parsed.put(line.substring(0, cut), line.substring(cut + SEPARATOR.length()));
        }
        return parsed;
    }
}
