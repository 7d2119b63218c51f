package io.firn.broker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code firn plugin call}: runs a command of a plugin. With a plugin given at construction it is a group of its own,
 * {@code firn <name> <command> --key value}, with the same words after the name.
 */
@Command(
        name = "call",
        description = "Run a command of a plugin; without a command, list them.",
        mixinStandardHelpOptions = true)
final class CallCommand implements Callable<Integer> {

    private final @Nullable String fixed;

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(
            paramLabel = "word",
            arity = "0..*",
            description = "Plugin (unless the command's name says it), command, then --key value for each argument;"
                    + " --help after a command explains them.")
    private List<String> words = new ArrayList<>();

    CallCommand() {
        this.fixed = null;
    }

    /** Commands of this plugin. */
    CallCommand(String pluginId) {
        this.fixed = pluginId;
    }

    @Override
    public Integer call() {
        CallWords call = CallWords.of(fixed, words);
        terminal.options().override(call.admin(), call.format());
        String path = "/" + AdminClient.escaped(call.plugin()) + "/-/command";
        try (AdminClient client = terminal.client()) {
            if (call.command().isEmpty() || call.wish() == CallWords.Wish.HELP) {
                return help(client, call);
            }
            AdminClient.Answer answer = client.post(path + "/" + AdminClient.escaped(call.command()), call.arguments());
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Table.print(answer.text().equals("null") ? null : answer.as(Object.class), terminal.out());
            terminal.out().flush();
            return 0;
        }
    }

    private int help(AdminClient client, CallWords call) {
        AdminClient.Answer answer = client.get("/" + AdminClient.escaped(call.plugin()) + "/-/commands");
        if (terminal.printedAsJson(answer)) {
            return 0;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Object one : answer.as(List.class)) {
            if (one instanceof Map<?, ?> shown
                    && (call.command().isEmpty() || call.command().equals(String.valueOf(shown.get("name"))))) {
                rows.addAll(call.command().isEmpty() ? List.of(command(shown)) : arguments(shown));
            }
        }
        if (rows.isEmpty()) {
            return terminal.done(
                    call.command().isEmpty()
                            ? "plugin " + call.plugin() + " has no commands, or is not active"
                            : "plugin " + call.plugin() + " has no command " + call.command()
                                    + " with arguments; without a command they are listed");
        }
        Table.print(rows, terminal.out());
        terminal.out().flush();
        return 0;
    }

    private static Map<String, Object> command(Map<?, ?> shown) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("command", String.valueOf(shown.get("name")));
        row.put("effect", String.valueOf(shown.get("effect")));
        row.put("help", String.valueOf(shown.get("help")));
        return row;
    }

    private static List<Map<String, Object>> arguments(Map<?, ?> shown) {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (shown.get("arguments") instanceof List<?> all) {
            for (Object one : all) {
                if (one instanceof Map<?, ?> argument) {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("argument", "--" + argument.get("key"));
                    row.put("allowed", String.valueOf(argument.get("allowed")));
                    row.put("default", argument.containsKey("defaultValue") ? argument.get("defaultValue") : "-");
                    row.put("meaning", String.valueOf(argument.get("doc")));
                    rows.add(row);
                }
            }
        }
        return rows;
    }
}
