package io.firn.broker.plugin.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, without a broker. */
final class OperatorsTest {

    private static final String DIGEST = "0".repeat(64);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("operators");
    }

    private static Operators.Claim claim(String token) {
        return new Operators.Claim("10.0.0.1", token);
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    @Test
    void nobodyIsAskedAsLongAsThereWasNoList() throws IOException {
        Operators operators = Operators.of(file);

        assertThat(operators.admit(claim(""), "plugin:p:pause"))
                .isEqualTo(new Operators.Admitted(new Asker("10.0.0.1", null)));
        write(Operators.line("ann", "secret", List.of("plugin:p:*")));
        assertThat(operators.admit(claim(""), null))
                .isInstanceOfSatisfying(
                        Operators.Refused.class,
                        refused -> assertThat(refused.status()).isEqualTo(401));
        Files.delete(file);
        assertThat(operators.admit(claim(""), null)).isInstanceOf(Operators.Refused.class);
        assertThat(operators.admit(claim("secret"), null)).isInstanceOf(Operators.Refused.class);
    }

    @Test
    void anOperatorMayWhatStandsInTheListAndLook() throws IOException {
        write(
                "# those on call",
                "",
                Operators.line("ann", "secret", List.of("plugin:p:pause", "plugin:q:*")) + " # left in May",
                Operators.line("bob", "other", List.of("plugin:*:-/disable")));
        Operators operators = Operators.of(file);

        assertThat(operators.admit(claim("secret"), "plugin:p:pause"))
                .isEqualTo(new Operators.Admitted(new Asker("10.0.0.1", "ann")));
        assertThat(operators.admit(claim("other"), null))
                .isEqualTo(new Operators.Admitted(new Asker("10.0.0.1", "bob")));
        assertThat(operators.admit(claim("secret"), "plugin:p:-/disable"))
                .isEqualTo(new Operators.Refused(
                        403, "operator ann may not plugin:p:-/disable, only plugin:p:pause, plugin:q:*"));
        assertThat(operators.admit(claim("Secret"), null))
                .isEqualTo(new Operators.Refused(401, "no operator has this token"));
    }

    @Test
    void aListThatBecomesWrongPermitsNobodyAndSaysWhere() throws IOException {
        write(Operators.line("ann", "secret", List.of("plugin:p:*")));
        Operators operators = Operators.of(file);
        write("nonsense");

        assertThat(operators.admit(claim("secret"), null)).isInstanceOfSatisfying(Operators.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.why()).contains("nobody is permitted anything", "operators line 1: expected");
        });
    }

    @Test
    void aLinkToNothingIsNotAListThatWasNeverThere() throws IOException {
        Files.createSymbolicLink(file, directory.resolve("gone"));

        assertThatThrownBy(() -> Operators.of(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("operators is a link to nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann plugin:p:*",
                "sha256 12 ann plugin:p:*",
                "sha256 " + "0000000000000000000000000000000000000000000000000000000000000000 ann",
                "sha256 " + "0000000000000000000000000000000000000000000000000000000000000000 a/b plugin:p:*"
            })
    void aLineThatIsNoneStopsTheStart(String line) throws IOException {
        write("", line);

        assertThatThrownBy(() -> Operators.of(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("operators line 2: expected \"sha256 <64 hexadecimal digits> <name>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p:pause", "plugin:p", "plugin:p:a:b", "plugin::x", "plugin:p:", "queue:p:x"})
    void aPermissionThatIsNoneStopsTheStart(String permission) throws IOException {
        write("sha256 " + DIGEST + " ann " + permission);

        assertThatThrownBy(() -> Operators.of(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"" + permission + "\" is no permission; they are like plugin:<id>:<command>");
    }

    @ParameterizedTest
    @CsvSource({
        "plugin:p:pause,    plugin:p:pause,     true",
        "plugin:p:pause,    plugin:p:pauses,    false",
        "plugin:*:pause,    plugin:tiered-s3:pause, true",
        "plugin:p:*,        plugin:p:-/disable, true",
        "plugin:p:*,        plugin:p2:pause,    false",
        "plugin:t*:st*,     plugin:tier:status, true",
        "plugin:*:*,        plugin:p:x:y,       false",
        "plugin:a.c:*,      plugin:abc:x,       false",
        "plugin:p:GET,      plugin:p:POST,      false"
    })
    void aStarStandsForAnyLettersButAColon(String pattern, String needed, boolean permitted) {
        assertThat(Permission.permits(pattern, needed)).isEqualTo(permitted);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "look",
            value = {
                "GET,  '',                  look",
                "GET,  -/chain,             look",
                "GET,  p,                   look",
                "GET,  p/-/config,          look",
                "POST, p/-/disable,         plugin:p:-/disable",
                "POST, p/-/command/pause,   plugin:p:pause",
                "GET,  p/-/command/pause,   plugin:p:pause",
                "GET,  p/queues/7,          plugin:p:GET",
                "POST, p/a:b,               plugin:p:POST"
            })
    void eachRequestNeedsOnePermission(String method, String path, String needed) {
        assertThat(Permission.needed(method, List.of(path.split("/", -1)))).isEqualTo(needed);
    }
}
