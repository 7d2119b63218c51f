package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.firn.broker.record.PropertyBytes;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a condition or a refusal that says where, and any condition means what it prints. */
final class SqlFuzzTest {

    private static final int EXPRESSIONS = 5_000;
    private static final int MESSAGES = 4;
    private static final String ALPHABET = "ab1.5eEL'\"()=<>!-+*/%,;|& \n\t\u0000\u00f6\ud83d";
    static final List<String> WORDS = List.of(
            " a ",
            " b1 ",
            " 5 ",
            " 5.5 ",
            " 'x' ",
            " = ",
            " <> ",
            " < ",
            " >= ",
            " ( ",
            " ) ",
            " , ",
            " AND ",
            " OR ",
            " NOT ",
            " IS ",
            " NULL ",
            " TRUE ",
            " IN ",
            " BETWEEN ",
            " CONTAINS ",
            " ENDSWITH ",
            " - ",
            " + ");

    static List<byte[]> expressions() {
        return Stream.of("a > 5 AND b IN ('x', 'y') OR NOT (c IS NULL)", "a = 1 -- b\n/* c */ = TRUE", "((((a")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @MethodSource("expressions")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreAConditionOrAClearError(byte[] input) {
        readOrRefused(new String(input, StandardCharsets.UTF_8), "input");
    }

    @Test
    void anyCharactersAreAConditionOrAClearError() {
        long seed = seed();
        Random random = new Random(seed);
        for (int i = 0; i < EXPRESSIONS; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            readOrRefused(text.toString(), "seed " + seed);
        }
    }

    @Test
    void anyWordsAreAConditionOrAClearError() {
        long seed = seed();
        Random random = new Random(seed);
        int conditions = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(1, 9); j > 0; j--) {
                text.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            conditions += readOrRefused(text.toString(), "seed " + seed);
        }
        assertThat(conditions).as("seed %s", seed).isPositive();
    }

    @Test
    void aConditionMeansWhatItPrints() {
        long seed = seed();
        RandomSql sql = new RandomSql(new Random(seed));
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = sql.condition(3);
            Condition condition = Parser.parse(text);
            String printed = condition.toString();
            Condition again = Parser.parse(printed);
            assertThat(again.toString()).as("seed %s: %s", seed, text).isEqualTo(printed);
            for (int j = 0; j < MESSAGES; j++) {
                byte[] bytes = PropertyBytes.encode(sql.message());
                PropertyBytes message = new PropertyBytes().load(bytes, 0, bytes.length);
                assertThat(again.test(message))
                        .as("seed %s: %s of %s", seed, text, message.toMap())
                        .isEqualTo(condition.test(message));
            }
        }
    }

    /** 1 for a condition, 0 for a refusal. */
    private static int readOrRefused(String text, String origin) {
        Condition condition;
        try {
            condition = Parser.parse(text);
        } catch (RequestException e) {
            assertThat(e.code()).isEqualTo(ResponseCode.SUBSCRIPTION_PARSE_FAILED);
            assertThat(e.getMessage())
                    .as("%s: %s", origin, text)
                    .matches("(?s)SQL92 expression, line \\d+, column \\d+: .+; in: .*");
            return 0;
        }
        assertThat(condition.test(SqlTruthTest.properties("a=5"))).isNotNull();
        return 1;
    }

    private static long seed() {
        return Long.getLong("firn.seed", new Random().nextLong());
    }
}
