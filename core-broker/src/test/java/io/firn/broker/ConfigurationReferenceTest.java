package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page in {@code docs/} is what the code declares. */
final class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of(System.getProperty("basedir", ""), "..", "docs", "configuration.md");

    @Test
    void pageIsWhatTheCodeDeclares() throws IOException {
        assertThat(PAGE).as("run ./firn config > docs/configuration.md").exists();
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is not what the code declares: run ./firn config > docs/configuration.md")
                .isEqualTo(ConfigCommand.reference());
    }

    @Test
    void nothingInItDependsOnTheDirectoryItIsGeneratedIn() {
        assertThat(ConfigCommand.reference())
                .contains("| `storePathRootDir` | path | `data` |")
                .doesNotContain(Path.of("").toAbsolutePath().toString());
    }

    @Test
    void listsSettingsThatAreNeededLateOrBeforeAllOthers() {
        assertThat(ConfigCommand.reference()).contains("| `regionId` |", "| `traceOn` |", "| `firn.log.dir` |");
    }
}
