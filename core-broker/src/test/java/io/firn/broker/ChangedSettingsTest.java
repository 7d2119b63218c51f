package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was changed at run time holds at the next start, until somebody says otherwise. */
final class ChangedSettingsTest {

    @TempDir
    Path root;

    @Test
    void isNothingBeforeAnythingWasChanged() {
        assertThat(effective(Map.of("a", "1"))).isEqualTo(Map.of("a", "1"));
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void holdsAtTheNextStart() {
        change(Map.of("a", "1"), Map.of("a", "2", "b", "3"));

        assertThat(effective(Map.of("a", "1", "c", "4"))).isEqualTo(Map.of("a", "2", "b", "3", "c", "4"));
    }

    @Test
    void isOverWhenTheKeyIsGivenAnotherValue() {
        change(Map.of("a", "1"), Map.of("a", "2", "b", "3"));

        assertThat(start(Map.of("a", "9"))).isEqualTo(Map.of("a", "9", "b", "3"));
        assertThat(start(Map.of("a", "1"))).isEqualTo(Map.of("a", "1", "b", "3"));
        assertThat(start(Map.of("a", "1", "b", "8"))).isEqualTo(Map.of("a", "1", "b", "8"));
        assertThat(start(Map.of("a", "1"))).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void isNotOverForAStartThatDoesNotGetTheStore() {
        change(Map.of("a", "1"), Map.of("a", "2"));

        assertThat(effective(Map.of("a", "9"))).isEqualTo(Map.of("a", "9"));
        assertThat(start(Map.of("a", "1"))).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void isWrittenOnlyWhenAChangeIsOver() {
        change(Map.of("a", "1"), Map.of("a", "2"));
        Path previous = root.resolve("config").resolve("changedSettings.json.bak");

        start(Map.of("a", "1"));
        assertThat(previous).doesNotExist();
        start(Map.of("a", "9"));
        assertThat(previous).exists();
    }

    @Test
    void isOverWhenItIsChangedBack() {
        change(Map.of("a", "1"), Map.of("a", "2"));
        change(Map.of("a", "1"), Map.of("a", "1"));

        assertThat(effective(Map.of("a", "1"))).isEqualTo(Map.of("a", "1"));
        assertThat(root.resolve("config").resolve("changedSettings.json"))
                .content()
                .doesNotContain("\"a\"");
    }

    @Test
    void namesABrokenFile() throws IOException {
        Path file = root.resolve("config").resolve("changedSettings.json");
        Files.createDirectories(root.resolve("config"));
        for (String broken : new String[] {"nonsense", "[]", "{\"settings\":7}"}) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> effective(Map.of()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("changedSettings.json")
                    .hasMessageContaining("remove it");
        }
        Files.writeString(file, "{}");
        assertThat(effective(Map.of())).isEmpty();
    }

    /** What a start has that gets the store. */
    private Map<String, String> start(Map<String, String> given) {
        ChangedSettings settings = ChangedSettings.read(root, given);
        Map<String, String> effective = settings.effective();
        settings.forgetOverruled();
        return effective;
    }

    private Map<String, String> effective(Map<String, String> given) {
        return ChangedSettings.read(root, given).effective();
    }

    private void change(Map<String, String> given, Map<String, String> changes) {
        ChangedSettings settings = ChangedSettings.read(root, given);
        assertThat(settings.effective()).containsKeys(given.keySet().toArray(String[]::new));
        settings.write(new TreeMap<>(changes));
    }
}
