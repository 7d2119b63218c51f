package io.firn.testkit;

import io.firn.broker.plugin.config.ConfigSchema;
import io.firn.broker.plugin.config.Explained;
import io.firn.broker.plugin.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The settings of a plugin as a Markdown table, made from its configuration record, for its README. A test that asserts
 * that the README has it keeps it current.
 */
public final class SettingsTable {

    private SettingsTable() {}

    /** A line per key. */
    public static String of(Class<? extends Record> type) {
        Settings none = Settings.read(Path.of("there-is-no-such-directory"), "none", Map.of());
        List<Explained> rows = ConfigSchema.of(type).explain(none);
        StringBuilder table = new StringBuilder("| key | what | allowed | unless set | a change counts |\n");
        table.append("|---|---|---|---|---|\n");
        for (Explained row : rows) {
            String preset = row.defaultValue();
            table.append("| `")
                    .append(row.key())
                    .append("` | ")
                    .append(row.doc())
                    .append(" | ");
            table.append(row.allowed()).append(" | ");
            table.append(preset == null ? "nothing" : preset.isEmpty() ? "empty" : "`" + preset + "`");
            table.append(" | ").append(row.changes()).append(" |\n");
        }
        return table.toString();
    }
}
