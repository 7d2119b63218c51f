package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.contract.ByteSize;
import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BodySchemaTest {

    /** A schema that is gone through as deep as the body is nested. */
    private static final String TREE =
            "{\"type\":\"object\",\"properties\":{\"child\":{\"$ref\":\"#\"}},\"additionalProperties\":false}";

    @TempDir
    private Path dir;

    /** What the sender is told; empty when the body fits. */
    private String check(String schema, String body) throws IOException {
        Path file = Files.writeString(dir.resolve("s.json"), schema);
        FakePutMessage message = new FakePutMessage(new QueueRef("t", 0)).withBody(body);
        message.lend();
        Breach breach = BodySchema.read(file, ByteSize.ofMebibytes(1)).check(message);
        return breach == null ? "" : breach.tag() + " " + breach.refusal().remark();
    }

    /** Each schema has something that only its draft knows. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http://json-schema.org/draft-04/schema#| `\"minimum\":1,\"exclusiveMinimum\":true`| 2| 1",
                "http://json-schema.org/draft-06/schema#| `\"const\":1`| 1| 2",
                "http://json-schema.org/draft-07/schema#| `\"if\":{\"type\":\"string\"},\"then\":{\"minLength\":2}`|"
                        + "`\"ab\"`| `\"a\"`",
                "https://json-schema.org/draft/2019-09/schema| `\"items\":[{\"type\":\"string\"}]`| `[\"a\"]`| [1]",
                "https://json-schema.org/draft/2020-12/schema| `\"prefixItems\":[{\"type\":\"string\"}]`| `[\"a\"]`|"
                        + " [1]",
            })
    void readsSchemasOfTheirDraft(String draft, String words, String good, String bad) throws IOException {
        String schema = "{\"$schema\":\"" + draft + "\"," + words + "}";

        assertThat(check(schema, good)).isEmpty();
        assertThat(check(schema, bad)).startsWith("schema:invalid ");
    }

    @Test
    void takesABodyThatIsNestedAndNoneThatWouldExhaustTheStack() throws IOException {
        assertThat(check(TREE, nested(99))).isEmpty();
        assertThat(check(TREE, nested(101))).startsWith("schema:unreadable ").contains("nested deeper than 100");
        assertThat(check(TREE, nested(50_000))).contains("nested deeper than 100");
    }

    private static String nested(int depth) {
        return "{\"child\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    @Test
    void refusesABodyOnWhichAPatternExhaustsTheStack() throws IOException {
        String schema = "{\"type\":\"string\",\"pattern\":\"^(a|b)*$\"}";

        assertThat(check(schema, "\"abab\"")).isEmpty();
        assertThat(check(schema, "\"" + "ab".repeat(400_000) + "\"")).startsWith("schema:unreadable ");
    }

    @ParameterizedTest
    @CsvSource({"1e400", "-1e400", "1e-400", "1e999999999", "123456789012345678901234567890.5", "99999999999999999999"})
    void answersForNumbersOfAnySize(String number) throws IOException {
        String schema = "{\"type\":\"number\",\"multipleOf\":0.01,\"minimum\":-5,\"exclusiveMaximum\":10,"
                + "\"not\":{\"enum\":[7]}}";

        assertThat(check(schema, number))
                .satisfiesAnyOf(
                        fits -> assertThat(fits).isEmpty(),
                        told -> assertThat(told).startsWith("schema:"));
    }

    @Test
    void speaksOneLanguageWhereverItRuns() throws IOException {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(check("{\"type\":\"string\"}", "[]"))
                    .contains("message-guard: the body: array found, string expected");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void tellsNoMoreThanASenderReads() throws IOException {
        String body = "{\"" + "x".repeat(2000) + "\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}";

        assertThat(check(TREE, body)).hasSizeBetween(100, 600).contains("...");
        assertThat(check(TREE, body.replace("x".repeat(2000), "a"))).contains("and 2 more");
    }
}
