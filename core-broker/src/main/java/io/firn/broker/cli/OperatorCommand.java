package io.firn.broker.cli;

import io.firn.broker.plugin.desk.Operators;
import io.firn.broker.runtime.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn plugin operator}: adds an operator to the list of those who may do something to plugins, or shows it. */
@Command(
        name = "operator",
        description = {
            "Add an operator and print the token that proves who he is; without --new, show the operators.",
            "With the first one, the broker serves nobody else at /v1/plugins."
        },
        mixinStandardHelpOptions = true)
final class OperatorCommand implements Callable<Integer> {

    private static final int TOKEN_BYTES = 32;

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(names = "--new", paramLabel = "name", description = "Who is added: letters, digits, . _ @ -")
    private @Nullable String name;

    @Option(
            names = "--may",
            paramLabel = "permission",
            split = ",",
            description = "What he may do: plugin:<id>:<command>, plugin:<id>:GET for routes, plugin:<id>:-/disable for"
                    + " what the host does; * for any. All of them may look.")
    private List<String> permissions = new ArrayList<>();

    @Override
    public Integer call() {
        Path list = terminal.options().places().operators();
        if (name != null) {
            return add(list, name);
        }
        if (!permissions.isEmpty()) {
            throw new CommandFailure("--may is for an operator who is added: --new name");
        }
        List<Operators.Operator> all = Operators.read(list);
        if (all == null) {
            return terminal.done(list + " is not there: nobody is asked who he is");
        }
        Table table = new Table("OPERATOR", "MAY");
        all.forEach(one -> table.row(one.name(), String.join(" ", one.permissions())));
        return all.isEmpty() ? terminal.done(list + " names nobody: nobody is served") : terminal.done(table);
    }

    private int add(Path list, String added) {
        List<Operators.Operator> before = Operators.read(list);
        if (before != null && before.stream().anyMatch(one -> one.name().equals(added))) {
            throw new CommandFailure(
                    added + " is an operator already: take the line out of " + list + " to give a new token");
        }
        if (permissions.isEmpty()) {
            throw new CommandFailure(
                    "say what " + added + " may do: --may plugin:<id>:<command>, or --may 'plugin:*:*'");
        }
        byte[] secret = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        append(list, Operators.line(added, token, permissions));
        return terminal.done(added + " is in " + list + " and may " + String.join(" ", permissions)
                + "\nThe token is shown this once; it goes into FIRN_TOKEN, or a file for --token-file:\n" + token);
    }

    /** Adds the line; the list is read before it takes the place of the old one. */
    private static void append(Path list, String line) {
        try {
            String before = Files.exists(list) ? Files.readString(list, StandardCharsets.UTF_8) : "";
            byte[] after = (before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            Path probe = Files.createTempFile("firn-operators", ".txt");
            try {
                Files.write(probe, after);
                var _ = Operators.read(probe);
            } finally {
                Files.delete(probe);
            }
            AtomicFile.write(list, after);
        } catch (IOException e) {
            throw new CommandFailure("can not add to " + list + ": " + e);
        }
    }
}
