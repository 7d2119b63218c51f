package io.firn.broker.cli;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.StorageException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;

/** The commands of this package, for the list of all commands. */
public final class OperatorCommands {

    /** Commands of the first rank that run the commands of one plugin: {@code firn <name> <command>}. */
    private static final SortedMap<String, String> GROUPS =
            new TreeMap<>(Map.of("compaction", "compaction", "tier", "tiered-s3"));

    private OperatorCommands() {}

    /** Adds {@code plugin}, and {@code tier} and {@code compaction} as short ways to the commands of two plugins. */
    public static CommandLine addTo(CommandLine line) {
        // what follows a command's name belongs to the plugin
        CommandLine call = new CommandLine(new CallCommand()).setStopAtPositional(true);
        line.addSubcommand(new CommandLine(new PluginCommand()).addSubcommand(call));
        GROUPS.forEach((name, plugin) -> addGroup(line, name, plugin));
        return line.setExecutionExceptionHandler(OperatorCommands::explain);
    }

    /** Adds {@code firn <name> <command> --key value}, which runs the plugin's command of that name. */
    static void addGroup(CommandLine line, String name, String pluginId) {
        CommandLine group = new CommandLine(new CallCommand(pluginId)).setStopAtPositional(true);
        group.getCommandSpec()
                .usageMessage()
                .description("Run a command of the plugin " + pluginId + "; without one, list them.");
        line.addSubcommand(name, group);
    }

    /** What is expected to go wrong is a line; anything else is a bug, and shows itself. */
    private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult result) throws Exception {
        if (failure instanceof CommandFailure
                || failure instanceof ConfigException
                || failure instanceof PluginException
                || failure instanceof StorageException) {
            line.getErr().println("firn: " + failure.getMessage());
            line.getErr().flush();
            return line.getCommandSpec().exitCodeOnExecutionException();
        }
        throw failure;
    }
}
