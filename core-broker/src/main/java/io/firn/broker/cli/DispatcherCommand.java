package io.firn.broker.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code firn plugin dispatcher}: how far dispatchers are, and past the batch on which one is stuck. */
@Command(
        name = "dispatcher",
        description = "Look at dispatchers, and get one past a batch it fails on.",
        mixinStandardHelpOptions = true)
final class DispatcherCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the command's specification");
        }
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    @Command(name = "list", description = "How far each dispatcher of a plugin is.", mixinStandardHelpOptions = true)
    int list(@Mixin Terminal terminal, @Parameters(paramLabel = "id") String id) {
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.get("/" + AdminClient.escaped(id) + "/-/dispatchers");
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            List<?> rows = answer.as(List.class);
            if (rows.isEmpty()) {
                return terminal.done("plugin " + id + " has no dispatcher at work");
            }
            Table.print(rows, terminal.out());
            terminal.out().flush();
            return 0;
        }
    }

    @Command(
            name = "skip",
            description = {
                "Let a dispatcher go on behind the batch it was shown last, or at a position.",
                "What lies before is never shown to it again. A line in the audit log."
            },
            mixinStandardHelpOptions = true)
    int skip(
            @Mixin Terminal terminal,
            @Parameters(index = "0", paramLabel = "id") String id,
            @Parameters(index = "1", arity = "0..1", paramLabel = "dispatcher") @Nullable String dispatcher,
            @Option(names = "--to", paramLabel = "position", description = "Log position to go on at.") @Nullable
                    Long position) {
        Map<String, String> body = new LinkedHashMap<>();
        if (dispatcher != null) {
            body.put("dispatcher", dispatcher);
        }
        if (position != null) {
            body.put("position", position.toString());
        }
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.post("/" + AdminClient.escaped(id) + "/-/skip", body);
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Map<?, ?> done = answer.as(Map.class);
            return terminal.done("dispatcher " + done.get("dispatcher") + " of plugin " + id + " goes on at "
                    + done.get("skippedTo") + "; what lies before is never shown to it again");
        }
    }
}
