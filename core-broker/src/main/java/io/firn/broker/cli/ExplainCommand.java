package io.firn.broker.cli;

import io.firn.broker.plugin.config.Explained;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn plugin config}: a plugin's settings as they are in force. */
@Command(
        name = "config",
        description = "Show the settings of an active plugin; secrets are masked.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "id", description = "The plugin's id, as 'firn plugin list' shows it.")
    private String id = "";

    @Option(names = "--explain", description = "Also what is allowed, the default, where it is set, when it changes.")
    private boolean explain;

    @Option(names = "--reload", description = "First have the plugin read its settings again.")
    private boolean reload;

    @Override
    public Integer call() {
        String path = "/" + AdminClient.escaped(id) + "/-/";
        try (AdminClient client = terminal.client()) {
            if (reload) {
                Object outcome =
                        client.post(path + "reload", Map.of()).as(Map.class).get("outcome");
                if (!terminal.options().isJson()) {
                    terminal.out().println(outcome);
                }
            }
            AdminClient.Answer answer = client.get(path + "config");
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Explained[] rows = answer.as(Explained[].class);
            if (rows.length == 0) {
                return terminal.done("plugin " + id + " has no settings, or is not active: 'firn plugin info " + id
                        + "' tells which");
            }
            return terminal.done(explain ? explained(rows) : plain(rows));
        }
    }

    private static Table plain(Explained[] rows) {
        Table table = new Table("KEY", "VALUE");
        for (Explained row : rows) {
            table.row(row.key(), shown(row.value()));
        }
        return table;
    }

    private static Table explained(Explained[] rows) {
        Table table = new Table("KEY", "ALLOWED", "DEFAULT", "VALUE", "SET BY", "CHANGES", "MEANING");
        for (Explained row : rows) {
            table.row(
                    row.key(),
                    row.allowed(),
                    shown(row.defaultValue()),
                    shown(row.value()),
                    row.source(),
                    row.changes(),
                    row.doc());
        }
        return table;
    }

    private static String shown(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
