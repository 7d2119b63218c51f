package io.firn.broker.cli;

import io.firn.broker.plugin.jar.PluginJar;
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

/** {@code firn plugin sign}: writes {@code <jar>.sig}. Needs no broker. */
@Command(
        name = "sign",
        description = "Sign a jar, or make a key to sign with. Needs no broker.",
        mixinStandardHelpOptions = true)
final class SignCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(arity = "0..1", paramLabel = "jar", description = "The jar; its signature is written beside it.")
    private @Nullable Path jar;

    @Option(names = "--key", paramLabel = "file", description = "The signer's private key, Ed25519 in PEM.")
    private @Nullable Path key;

    @Option(
            names = "--new-key",
            paramLabel = "name",
            description = "Make the keys <name>.key, to be kept secret, and <name>.pub, for those who trust it.")
    private @Nullable Path newKey;

    @Override
    public Integer call() {
        Path used = key;
        if (newKey != null) {
            used = SigningKey.make(newKey);
            terminal.out()
                    .println("made " + used + ", keep it secret, and " + newKey + ".pub: operators trust it with"
                            + " firn plugin trust --signer " + newKey + ".pub --name <name>");
        }
        if (jar == null) {
            if (newKey == null) {
                throw new CommandFailure("name a jar to sign, or a key to make with --new-key");
            }
            terminal.out().flush();
            return 0;
        }
        if (used == null) {
            throw new CommandFailure("name the key to sign with: --key file, or --new-key name to make one");
        }
        return terminal.done("signed: " + sign(jar, SigningKey.read(used)));
    }

    private static Path sign(Path file, SigningKey by) {
        try (JarLook look = JarLook.open()) {
            PluginJar found = look.loadable(file);
            Path signature = file.resolveSibling(file.getFileName() + ".sig");
            Files.writeString(signature, by.sign(found.sha256()), StandardCharsets.UTF_8);
            return signature;
        } catch (IOException e) {
            throw new CommandFailure("can not write the signature of " + file + ": " + e);
        }
    }
}
