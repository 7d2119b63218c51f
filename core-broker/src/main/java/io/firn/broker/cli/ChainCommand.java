package io.firn.broker.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code firn plugin chain}. */
@Command(
        name = "chain",
        description = "Show the put hooks that a message of a topic meets, in order.",
        mixinStandardHelpOptions = true)
final class ChainCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "topic", description = "A topic of the broker.")
    private String topic = "";

    @Override
    public Integer call() {
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.get("/-/chain?topic=" + AdminClient.escaped(topic));
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Object hooks = answer.as(Map.class).get("hooks");
            if (!(hooks instanceof List<?> lines) || lines.isEmpty()) {
                return terminal.done("no put hook looks at messages of topic " + topic);
            }
            Table table = new Table("#", "HOOK");
            for (int i = 0; i < lines.size(); i++) {
                table.row(Integer.toString(i + 1), String.valueOf(lines.get(i)));
            }
            return terminal.done(table);
        }
    }
}
