package io.firn.broker;

import io.firn.broker.runtime.ConfigKey;
import io.firn.broker.runtime.ConfigView;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code firn config}: lists every setting as the configuration reference in Markdown. */
@Command(
        name = "config",
        description = "List every setting with its type, default and meaning.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the command's specification");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(reference());
        out.flush();
        return 0;
    }

    /** The configuration reference, generated from the reads themselves. */
    static String reference() {
        StringBuilder page = new StringBuilder(1024);
        page.append("| key | type | default | meaning |\n|---|---|---|---|\n");
        for (ConfigKey key : keys()) {
            page.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.type())
                    .append(" | ")
                    .append(key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`")
                    .append(" | ")
                    .append(key.doc().replace("|", "\\|"))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static List<ConfigKey> keys() {
        ConfigView view = new ConfigView(Map.of());
        var _ = BrokerConfigs.from(view);
        return view.declared().stream()
                .sorted(Comparator.comparing(ConfigKey::name, String.CASE_INSENSITIVE_ORDER))
                .toList();
    }
}
