package io.firn.mirror;

import io.firn.spi.config.ConfigException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** How topics are called at the target. Immutable; any thread. */
final class TopicNames {

    private static final Pattern NAME = Pattern.compile("[%|a-zA-Z0-9_-]{1,127}");
    private static final Pattern PATTERN = Pattern.compile("[%|a-zA-Z0-9_-]*\\*[%|a-zA-Z0-9_-]*");
    private static final String ALL = "*";

    private final Map<String, String> names;
    /** With one {@code *} for the topic's name here. */
    private final String others;

    private TopicNames(Map<String, String> names, String others) {
        this.names = names;
        this.others = others;
    }

    /**
     * Reads {@code here:there} entries, {@code *:there_*} for all topics that are not named.
     *
     * @throws ConfigException when an entry is neither, or two topics would become one
     */
    static TopicNames of(List<String> entries) {
        Map<String, String> names = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (String entry : entries) {
            String[] parts = entry.split(":", -1);
            boolean pattern = parts[0].equals(ALL);
            if (parts.length != 2
                    || !(pattern ? PATTERN : NAME).matcher(parts[1]).matches()
                    || !(pattern || NAME.matcher(parts[0]).matches())) {
                throw new ConfigException("rename=" + String.join(",", entries) + ": '" + entry
                        + "' has to be topic:name-there, or *:before_* for all others; names have letters,"
                        + " digits, % | _ -");
            }
            if (names.put(parts[0], parts[1]) != null || !there.add(parts[1])) {
                throw new ConfigException("rename=" + String.join(",", entries) + ": " + entry
                        + " is there twice: order within a queue would be lost when two topics become one");
            }
        }
        String others = names.getOrDefault(ALL, ALL);
        names.remove(ALL);
        return new TopicNames(Map.copyOf(names), others);
    }

    /** The topic's name at the target. */
    String of(String topic) {
        String named = names.get(topic);
        return named != null ? named : others.replace(ALL, topic);
    }
}
