package io.firn.broker.cli;

import io.firn.broker.plugin.PluginState;
import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.wire.Json;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code firn plugin info}: one plugin, with its commands, dispatchers and holds. */
@Command(
        name = "info",
        description = "Show one plugin: state, jar, what it has registered, commands, dispatchers, holds.",
        mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(paramLabel = "id", description = "The plugin's id, as 'firn plugin list' shows it.")
    private String id = "";

    @Override
    public Integer call() {
        String path = "/" + AdminClient.escaped(id);
        try (AdminClient client = terminal.client()) {
            AdminClient.Answer status = client.get(path);
            List<?> commands = client.get(path + "/-/commands").as(List.class);
            List<?> dispatchers = client.get(path + "/-/dispatchers").as(List.class);
            List<?> holds = client.get(path + "/-/holds").as(List.class);
            if (terminal.options().isJson()) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("plugin", status.as(Map.class));
                all.put("commands", commands);
                all.put("dispatchers", dispatchers);
                all.put("holds", holds);
                return terminal.done(Json.pretty(all).strip());
            }
            PrintWriter out = terminal.out();
            Table.print(fields(status.as(PluginStatus.class)), out);
            section("commands", commands.stream().map(ShowCommand::command).toList());
            section("dispatchers", dispatchers);
            section("held segments", holds);
            out.flush();
            return 0;
        }
    }

    private static Map<String, Object> command(Object shown) {
        Map<String, Object> row = new LinkedHashMap<>();
        if (shown instanceof Map<?, ?> map) {
            row.put("name", String.valueOf(map.get("name")));
            row.put("effect", String.valueOf(map.get("effect")));
            row.put("help", String.valueOf(map.get("help")));
        }
        return row;
    }

    private void section(String name, List<?> rows) {
        if (!rows.isEmpty()) {
            terminal.out().println();
            terminal.out().println(name + ":");
            Table.print(rows, terminal.out());
        }
    }

    private static Map<String, Object> fields(PluginStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("plugin", status.id() + (status.version().isEmpty() ? "" : " " + status.version()));
        fields.put("state", status.state() + since(status));
        add(fields, "cause", status.cause());
        PluginStatus.Source source = status.source();
        if (source != null) {
            add(fields, "description", source.description());
            fields.put("jar", status.jar());
            fields.put("sha256", source.sha256());
            add(fields, "trusted by", source.trustedBy());
            fields.put("needs SPI", source.requires());
            add(fields, "uses", String.join(", ", source.needs()));
            add(fields, "needs plugins", String.join(", ", source.dependencies()));
            fields.put("storage", source.storage());
        }
        add(fields, "registered", String.join("; ", status.registered()));
        add(fields, "remarks", String.join("; ", status.remarks()));
        status.troubles().forEach((part, how) -> fields.put(part, how.level() + ": " + how.reason()));
        return fields;
    }

    private static String since(PluginStatus status) {
        boolean known = status.sinceMs() > 0 && status.state() != PluginState.REFUSED;
        return known ? " since " + Instant.ofEpochMilli(status.sinceMs()) : "";
    }

    private static void add(Map<String, Object> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }
}
