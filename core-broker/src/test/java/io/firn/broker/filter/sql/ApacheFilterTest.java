package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.PropertyBytes;
import io.firn.broker.wire.RequestException;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.filter.expression.BooleanExpression;
import org.apache.rocketmq.filter.expression.EvaluationContext;
import org.apache.rocketmq.filter.expression.MQFilterException;
import org.apache.rocketmq.filter.parser.SelectorParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same expressions and messages for Apache RocketMQ 5.5.0's own filter. Wherever it gives an answer, ours is the
 * same; where it fails while it evaluates, which makes a message one that does not match whatever else is asked of it,
 * ours is the answer of three-valued logic. The known differences have a test each.
 */
final class ApacheFilterTest {

    private static final int EXPRESSIONS = 4_000;
    private static final int MESSAGES = 6;

    /** What Apache says: a truth, or that it failed. */
    private enum Answer {
        TRUE,
        FALSE,
        UNKNOWN,
        FAILED
    }

    @Test
    void saysWhatApacheSaysWhereverThatSaysAnything() throws MQFilterException {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        RandomSql sql = new RandomSql(new Random(seed));
        int compared = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = sql.condition(2);
            Condition ours = Parser.parse(text);
            BooleanExpression theirs = SelectorParser.parse(text);
            for (int j = 0; j < MESSAGES; j++) {
                Map<String, String> message = sql.message();
                Answer expected = answer(theirs, message);
                if (expected != Answer.FAILED) {
                    compared++;
                    assertThat(ours.test(properties(message)).name())
                            .as("seed %s: %s of %s", seed, text, message)
                            .isEqualTo(expected.name());
                }
            }
        }
        assertThat(compared).as("seed %s", seed).isGreaterThan(EXPRESSIONS);
    }

    @Test
    void refusesNoTextThatApacheTakesButForTheKnownDifferences() {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int i = 0; i < EXPRESSIONS; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(1, 8); j > 0; j--) {
                text.append(SqlFuzzTest.WORDS.get(random.nextInt(SqlFuzzTest.WORDS.size())));
            }
            String whole = "(" + text + ")";
            if (isTakenByApache(whole)) {
                assertThat(whole).as("seed %s", seed).satisfies(ApacheFilterTest::isTakenOrKnown);
            } else {
                assertThat(isTaken(whole)).as("seed %s: %s", seed, whole).isFalse();
            }
        }
    }

    private static void isTakenOrKnown(String text) {
        try {
            Parser.parse(text);
        } catch (RequestException e) {
            assertThat(e.getMessage())
                    .containsAnyOf(
                            "- stands before numbers only",
                            "expected an operator or the end",
                            "can not be equal to -",
                            "the smaller one comes first");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // a text beside a number: Apache fails, and with it the whole expression
                "a = 5 OR b = 'x'            | a=abc b=x         | FAILED  | TRUE",
                "NOT (a = 5 AND b = 'x')     | a=abc b=y         | FAILED  | TRUE",
                "a > 5                       | a=abc             | FAILED  | UNKNOWN",
                "a > b                       | a=abc b=1         | FAILED  | UNKNOWN",
                // Apache reads the text as what the literal is: no fraction beside 5, nothing above 2147483647
                "a > 5                       | a=5.5             | FAILED  | TRUE",
                "a > 5                       | a=3000000000      | FAILED  | TRUE",
                "a > 3000000000              | a=3000000000.5    | FAILED  | TRUE",
                // and a truth on the left as a text
                "TRUE = a                    | a=true            | FAILED  | TRUE",
                "(b = 'x') = a               | a=true b=x        | FAILED  | TRUE",
                // it compares two properties as floating point, which has no room for these
                "a > b                       | a=9007199254740993 b=9007199254740992 | FALSE | TRUE",
                // of which one zero is below the other
                "a < b                       | a=-0 b=0          | TRUE    | FALSE",
                // and takes what else Java calls a number
                "a > 5.5                     | a=NaN             | TRUE    | UNKNOWN",
                "a > 5.5                     | a=Infinity        | TRUE    | UNKNOWN",
                "a > 5.5                     | a=6d              | TRUE    | UNKNOWN",
                // it drops what stands behind the end of a condition; we refuse that
                "a = 1 b = 2                 | a=1               | TRUE    | REFUSED",
                "a = 1) OR (b = 2            | a=1               | TRUE    | REFUSED",
                "a LIKE 'x%'                 | a=xy              | FALSE   | REFUSED",
                "a = 007                     | a=7               | FALSE   | REFUSED",
                // it takes these and never matches; we refuse them
                "a = -b                      | a=1 b=-1          | FALSE   | REFUSED",
                "a > -'x'                    | a=1               | UNKNOWN | REFUSED",
                "a BETWEEN 5 AND -5          | a=1               | FALSE   | REFUSED",
                "TRUE = -5                   | a=1               | FALSE   | REFUSED",
                // it knows no zero with a fraction
                "a > 0.0                     | a=1               | REFUSED | TRUE",
                "a = 0L                      | a=0               | TRUE    | TRUE",
                // a line comment needs the end of a line there
                "a = 1 -- one                | a=1               | TRUE    | TRUE",
                "a = --1                     | a=1               | TRUE    | REFUSED"
            })
    void differsWhereItIsKnownTo(String expression, String pairs, String theirs, String ours) {
        PropertyBytes message = SqlTruthTest.properties(pairs);
        String theirAnswer = isTakenByApache(expression) ? apache(expression, message) : "REFUSED";
        String ourAnswer =
                isTaken(expression) ? Parser.parse(expression).test(message).name() : "REFUSED";
        assertThat(theirAnswer).as("Apache's").isEqualTo(theirs);
        assertThat(ourAnswer).as("ours").isEqualTo(ours);
    }

    private static String apache(String expression, PropertyBytes message) {
        try {
            return answer(SelectorParser.parse(expression), message.toMap()).name();
        } catch (MQFilterException e) {
            throw new AssertionError(expression, e);
        }
    }

    private static boolean isTakenByApache(String text) {
        try {
            return SelectorParser.parse(text) != null;
        } catch (MQFilterException e) {
            return false;
        }
    }

    private static boolean isTaken(String text) {
        try {
            return Parser.parse(text) != null;
        } catch (RequestException e) {
            return false;
        }
    }

    /** Its failures are of any type: a cast that went wrong, a number that could not be read. */
    private static Answer answer(BooleanExpression expression, Map<String, String> message) {
        Object truth;
        try {
            truth = expression.evaluate(new Properties(message));
        } catch (Exception e) {
            return Answer.FAILED;
        }
        return truth == null ? Answer.UNKNOWN : truth.equals(true) ? Answer.TRUE : Answer.FALSE;
    }

    private static PropertyBytes properties(Map<String, String> message) {
        byte[] bytes = PropertyBytes.encode(message);
        return new PropertyBytes().load(bytes, 0, bytes.length);
    }

    private record Properties(Map<String, String> map) implements EvaluationContext {

        @Override
        public Object get(String name) {
            return map.get(name);
        }

        @Override
        public Map<String, Object> keyValues() {
            return Map.copyOf(map);
        }
    }
}
