package io.firn.broker.cli;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.PluginManifest;
import io.firn.broker.plugin.jar.TrustList.Judgement;
import io.firn.broker.plugin.jar.TrustList.Trusted;
import io.firn.broker.plugin.jar.TrustList.Untrusted;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.wire.Json;
import io.firn.spi.contract.SpiVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code firn plugin verify}: whether a broker would load a jar. Needs no broker. */
@Command(
        name = "verify",
        description =
                "Check a jar as the broker does before it loads it: manifest, versions, links, trust. Needs no broker.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal = new Terminal();

    @Parameters(arity = "1..*", paramLabel = "jar", description = "Plugin jars.")
    private List<Path> jars = new ArrayList<>();

    @Override
    public Integer call() {
        BrokerOptions.Places places = terminal.options().places();
        List<Map<String, Object>> all = new ArrayList<>();
        boolean good = true;
        try (JarLook look = JarLook.open()) {
            for (Path jar : jars) {
                Map<String, Object> found = looked(look, jar, places);
                all.add(found);
                good &= !found.containsKey("refused");
            }
        }
        if (terminal.options().isJson()) {
            terminal.out().println(Json.pretty(all).strip());
        } else {
            for (Map<String, Object> found : all) {
                Table.print(found, terminal.out());
                terminal.out().println();
            }
        }
        terminal.out().flush();
        return good ? 0 : 1;
    }

    private static Map<String, Object> looked(JarLook look, Path file, BrokerOptions.Places places) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("jar", file.toString());
        try {
            PluginJar jar = look.loadable(file);
            PluginManifest manifest = jar.manifest();
            found.put("plugin", jar.label());
            found.put("class", manifest.mainClass());
            found.put("needs SPI", manifest.requires() + ", this is " + SpiVersion.current());
            found.put(
                    "needs plugins",
                    manifest.dependencies().stream()
                            .map(one -> one.id() + "@" + one.range())
                            .toList());
            found.put("uses", manifest.needs());
            found.put("storage", manifest.storage().name());
            found.put("links", "every reference into the SPI resolves");
            found.put("sha256", jar.sha256());
            found.put("remarks", jar.remarks());
            trust(look.judged(jar, places.trusted()), places, found);
        } catch (PluginException | CommandFailure e) {
            found.put("refused", String.valueOf(e.getMessage()));
        }
        found.values().removeIf(value -> value instanceof List<?> list && list.isEmpty());
        return found;
    }

    private static void trust(Judgement judgement, BrokerOptions.Places places, Map<String, Object> found) {
        switch (judgement) {
            case Trusted(String by) -> found.put("trust", by);
            case Untrusted(String why) -> {
                found.put(
                        "trust",
                        why + " (firn.plugins.verify is " + places.trust() + ", list " + places.trusted() + ")");
                if (places.trust() == TrustMode.ENFORCE) {
                    found.put("refused", "it is not trusted: 'firn plugin trust' adds it, or its signer, to the list");
                }
            }
        }
    }
}
