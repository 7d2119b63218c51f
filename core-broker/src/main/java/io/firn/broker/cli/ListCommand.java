package io.firn.broker.cli;

import io.firn.broker.plugin.PluginStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code firn plugin list}. */
@Command(name = "list", description = "List plugins and refused jars.", mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.get("");
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Table table = new Table("PLUGIN", "VERSION", "STATE", "STORAGE", "JAR", "REMARK");
            for (PluginStatus one : answer.as(PluginStatus[].class)) {
                table.row(
                        one.id(),
                        one.version(),
                        String.valueOf(one.state()),
                        one.source() == null ? "" : one.source().storage(),
                        one.jar(),
                        remark(one));
            }
            return table.isEmpty()
                    ? terminal.done("no plugin is there; 'firn plugin install' brings one in")
                    : terminal.done(table);
        }
    }

    private static String remark(PluginStatus status) {
        if (!status.cause().isEmpty()) {
            return status.cause();
        }
        return status.troubles().isEmpty()
                ? ""
                : "not well: " + String.join(", ", status.troubles().keySet());
    }
}
