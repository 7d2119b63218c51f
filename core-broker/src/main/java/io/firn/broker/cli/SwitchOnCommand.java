package io.firn.broker.cli;

import io.firn.broker.plugin.PluginStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code firn plugin enable}. */
@Command(
        name = "enable",
        description = "Start a plugin that is switched off or has failed.",
        mixinStandardHelpOptions = true)
final class SwitchOnCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "id", description = "The plugin's id, as 'firn plugin list' shows it.")
    private String id = "";

    @Override
    public Integer call() {
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.post("/" + AdminClient.escaped(id) + "/-/enable", Map.of());
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            PluginStatus after = answer.as(PluginStatus.class);
            return terminal.done(after.id() + " " + after.version() + " is " + after.state());
        }
    }
}
