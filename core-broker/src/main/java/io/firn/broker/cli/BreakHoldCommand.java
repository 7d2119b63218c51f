package io.firn.broker.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn plugin break-hold}: segments that a plugin holds may go all the same. */
@Command(
        name = "break-hold",
        description = {
            "Let segments be deleted that a plugin holds, such as when the disk is full.",
            "What the plugin had not taken from them is lost. A line in the audit log."
        },
        mixinStandardHelpOptions = true)
final class BreakHoldCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "id", description = "The plugin whose hold is broken.")
    private String id = "";

    @Option(
            names = "--segment",
            paramLabel = "name",
            description = "The last segment that may go, with all before it; without it, all that it holds now."
                    + " 'firn plugin info' lists them.")
    private @Nullable String segment;

    @Option(names = "--reason", required = true, paramLabel = "text", description = "Why, for the audit log.")
    private String reason = "";

    @Override
    public Integer call() {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("reason", reason);
        if (segment != null) {
            body.put("segment", segment);
        }
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer answer = client.post("/" + AdminClient.escaped(id) + "/-/break-hold", body);
            if (terminal.printedAsJson(answer)) {
                return 0;
            }
            Map<?, ?> done = answer.as(Map.class);
            return terminal.done("holds of plugin " + id + " below log position " + done.get("brokenBelow")
                    + " are broken; " + done.get("next"));
        }
    }
}
