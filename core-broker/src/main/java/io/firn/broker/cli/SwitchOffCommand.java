package io.firn.broker.cli;

import io.firn.broker.plugin.PluginStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code firn plugin disable}. */
@Command(
        name = "disable",
        description = "Stop a plugin and keep it off, also after a restart.",
        mixinStandardHelpOptions = true)
final class SwitchOffCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "id", description = "The plugin's id, as 'firn plugin list' shows it.")
    private String id = "";

    @Override
    public Integer call() {
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.post("/" + AdminClient.escaped(id) + "/-/disable", Map.of());
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            PluginStatus after = answer.as(PluginStatus.class);
            return terminal.done(after.id() + " " + after.version() + " is " + after.state());
        }
    }
}
