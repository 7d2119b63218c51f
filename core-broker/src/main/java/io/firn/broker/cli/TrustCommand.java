package io.firn.broker.cli;

import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.TrustList;
import io.firn.broker.runtime.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code firn plugin trust}: adds a jar or a signer to the list of trusted plugins, or shows the list. */
@Command(
        name = "trust",
        description = "Trust a jar, or a signer; without either, show the list of trusted plugins.",
        mixinStandardHelpOptions = true)
final class TrustCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(arity = "0..1", paramLabel = "jar", description = "A jar that is trusted, by its SHA-256.")
    private @Nullable Path jar;

    @Option(
            names = "--signer",
            paramLabel = "key.pub",
            description = "A signer whose jars are trusted, by the public key that 'firn plugin sign --new-key' made.")
    private @Nullable Path signer;

    @Option(names = "--name", paramLabel = "text", description = "What the line is called in lists and logs.")
    private String name = "";

    @Override
    public Integer call() {
        Path list = terminal.options().places().trusted();
        if (jar != null && signer != null) {
            throw new CommandFailure("name a jar or a --signer, not both");
        }
        if (jar == null && signer == null) {
            String text = content(list);
            return terminal.done(text.isBlank() ? list + " trusts nobody" : text.stripTrailing());
        }
        String line = jar == null ? signerLine(signer) : jarLine(jar);
        add(list, line);
        return terminal.done("trusted in " + list + ": " + line + "\nA jar that was refused is looked at again when it"
                + " is installed again, or touched.");
    }

    private String jarLine(Path file) {
        try (JarLook look = JarLook.open()) {
            PluginJar found = look.loadable(file);
            return "sha256 " + found.sha256() + " " + label(found.label());
        }
    }

    private String signerLine(@Nullable Path file) {
        if (name.isBlank()) {
            throw new CommandFailure("give the signer a name for lists and logs: --name acme");
        }
        String key = file == null ? "" : content(file).strip();
        String line = key.startsWith("ed25519 ") ? key : "ed25519 " + key;
        return line.split("\\R", 2)[0] + " " + label("signer");
    }

    private String label(String otherwise) {
        return (name.isBlank() ? otherwise : name).replaceAll("[\\s#]+", " ").trim();
    }

    /** Adds the line; the list is read before it takes the place of the old one. */
    private static void add(Path list, String line) {
        String before = content(list);
        if (before.lines().anyMatch(one -> one.strip().equals(line))) {
            return;
        }
        String gap = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
        String after = before + gap + line + "\n";
        try {
            Path probe = Files.createTempFile("firn-trusted", ".txt");
            try {
                Files.writeString(probe, after, StandardCharsets.UTF_8);
                var _ = TrustList.read(probe);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            throw new CommandFailure("can not write a temporary file: " + e);
        }
        AtomicFile.write(list, after.getBytes(StandardCharsets.UTF_8));
    }

    private static String content(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new CommandFailure("can not read " + file + ": " + e);
        }
    }
}
