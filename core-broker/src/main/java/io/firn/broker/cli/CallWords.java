package io.firn.broker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words after {@code firn plugin call}: plugin, command, {@code --key value} or {@code --key=value}, and
 * {@code --key} alone for {@code true}. {@code --json}, {@code --admin} and {@code --help} are the command line's own,
 * unless they follow {@code --}.
 *
 * @param plugin id
 * @param command empty for none
 * @param arguments by key, in order
 * @param admin address, null for the usual one
 */
record CallWords(
        String plugin,
        String command,
        Map<String, String> arguments,
        @Nullable String admin,
        BrokerOptions.Format format,
        Wish wish) {

    /** What is wanted of the command. */
    enum Wish {
        RUN,
        HELP
    }

    /**
     * Reads the words.
     *
     * @param fixed the plugin when the words do not name it
     * @throws CommandFailure naming the word that is not understood
     */
    static CallWords of(@Nullable String fixed, List<String> words) {
        Reading reading = new Reading(words);
        String plugin = fixed == null ? reading.name() : fixed;
        if (plugin.isEmpty()) {
            throw new CommandFailure("name a plugin: firn plugin call <id> <command> --key value");
        }
        String command = reading.name();
        Map<String, String> arguments = reading.arguments();
        return new CallWords(
                plugin,
                command,
                arguments,
                reading.admin,
                reading.json ? BrokerOptions.Format.JSON : BrokerOptions.Format.PEOPLE,
                reading.help ? Wish.HELP : Wish.RUN);
    }

    /** The words not read yet, and our own among those read. One thread. */
    private static final class Reading {

        private final List<String> left;
        private @Nullable String admin;
        private boolean json;
        private boolean help;

        Reading(List<String> words) {
            this.left = new ArrayList<>(words);
        }

        /** The next word unless it is an option. */
        String name() {
            takeOurs();
            return left.isEmpty() || left.getFirst().startsWith("--") ? "" : left.removeFirst();
        }

        private void takeOurs() {
            boolean more = true;
            while (more && !left.isEmpty()) {
                String word = left.getFirst();
                more = true;
                if (word.equals("--json")) {
                    json = true;
                } else if (word.equals("--help") || word.equals("-h")) {
                    help = true;
                } else if (word.startsWith("--admin=")) {
                    admin = word.substring("--admin=".length());
                } else if (word.equals("--admin") && left.size() > 1) {
                    left.removeFirst();
                    admin = left.getFirst();
                } else {
                    more = false;
                }
                if (more) {
                    left.removeFirst();
                }
            }
        }

        Map<String, String> arguments() {
            Map<String, String> arguments = new LinkedHashMap<>();
            boolean theirs = false;
            while (!left.isEmpty()) {
                if (!theirs) {
                    takeOurs();
                }
                if (left.isEmpty()) {
                    break;
                }
                String word = left.removeFirst();
                if (word.equals("--") && !theirs) {
                    theirs = true;
                } else {
                    argument(word, arguments);
                }
            }
            return arguments;
        }

        private void argument(String word, Map<String, String> arguments) {
            if (!word.startsWith("--") || word.length() < 3) {
                throw new CommandFailure("\"" + word + "\" is not understood: arguments are --key value; --help after"
                        + " the command lists them");
            }
            int equals = word.indexOf('=');
            String key = word.substring(2, equals < 0 ? word.length() : equals);
            String value;
            if (equals >= 0) {
                value = word.substring(equals + 1);
            } else if (left.isEmpty() || left.getFirst().startsWith("--")) {
                value = "true";
            } else {
                value = left.removeFirst();
            }
            if (arguments.put(key, value) != null) {
                throw new CommandFailure("--" + key + " is given twice; a list is one value: --" + key + " a,b");
            }
        }
    }
}
