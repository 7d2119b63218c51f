package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An expression that can not be read is answered with the place and with what was expected there. */
final class SqlErrorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                     |  1 | expected a property, a text, a number, TRUE, FALSE, NULL, NOT or (, found the end",
                "a >                    |  4 | expected a property, a text, a number, TRUE, FALSE, NULL, NOT or (, found the end",
                "a > > 5                |  5 | found >",
                "a > 5 AND              | 10 | found the end",
                "a = 1 b = 2            |  7 | expected an operator or the end, found a property (b)",
                "a = 1)                 |  6 | expected an operator or the end, found )",
                "(a = 1                 |  7 | expected an operator, or ) for the ( at line 1, column 1, found the end",
                "a LIKE 'x%'            |  3 | expected an operator or the end, found a property (LIKE)",
                "a IN 'x'               |  6 | expected (, found a text ('x')",
                "a IN ()                |  7 | expected a text in quotes, found )",
                "a IN ('x' 'y')         | 11 | expected , or ), found a text ('y')",
                "a IN (5)               |  7 | expected a text in quotes, found a number (5)",
                "5 IN ('x')             |  1 | IN asks for a property, and this is the number 5",
                "a BETWEEN 1            | 12 | expected AND, found the end",
                "a BETWEEN 5 AND 1      | 11 | nothing is BETWEEN 5 AND 1: the smaller one comes first",
                "a BETWEEN 'x' AND 'y'  | 11 | compare properties and numbers, and this is the text 'x'",
                "a NOT 5                |  7 | expected BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH after NOT, found a number",
                "a IS 5                 |  6 | expected NULL, found a number (5)",
                "a IS NOT 5             | 10 | expected NULL, found a number (5)",
                "a CONTAINS b           | 12 | expected a text in quotes, found a property (b)",
                "a > 'x'                |  5 | compare properties and numbers, and this is the text 'x'",
                "a > TRUE               |  5 | compare properties and numbers, and this is a condition",
                "a < 1 < 2              |  1 | compare properties and numbers, and this is a condition",
                "NOT a > 5              |  1 | NOT binds tighter than <",
                "a = NULL               |  5 | nothing equals NULL: use IS NULL or IS NOT NULL",
                "NULL <> a              |  1 | nothing equals NULL: use IS NULL or IS NOT NULL",
                "TRUE = 5               |  8 | TRUE can not be equal to 5",
                "5                      |  1 | expected a condition, found the number 5 that is compared with nothing",
                "a = 1 OR 'x'           | 10 | expected a condition, found the text 'x' that is compared with nothing",
                "-a > 5                 |  1 | - stands before numbers only",
                "a = -'x'               |  5 | - stands before numbers only",
                "a = 'x                 |  5 | the text has no end",
                "a = 1 /* x             |  7 | the comment has no end: expected */",
                "a = 007                |  5 | a whole number does not begin with 0: 007",
                "a = 9223372036854775808|  5 | 9223372036854775808 is above 9223372036854775807",
                "a = 1e999              |  5 | 1e999 is above 1.7976931348623157E308",
                "a == 1                 |  4 | found =",
                "a != 1                 |  3 | '!' has no meaning here: 'not equal' is written <>",
                "a = \"x\"                |  5 | '\"' has no meaning here: a text stands in single quotes: 'text'",
                "a = 1 && b = 2         |  7 | '&' has no meaning here: write AND",
                "a % 2 = 0              |  3 | there is no arithmetic",
                "a = 1;                 |  6 | ';' has no meaning here",
                "grö = 1                |  3 | U+00F6 has no meaning here",
                "a.b = 1                |  2 | '.' has no meaning here",
            })
    void saysWhereAndWhy(String expression, int column, String why) {
        assertThatThrownBy(() -> Parser.parse(expression))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        e -> assertThat(e.code()).isEqualTo(ResponseCode.SUBSCRIPTION_PARSE_FAILED))
                .hasMessageContaining("line 1, column " + column + ": ")
                .hasMessageContaining(why)
                .hasMessageEndingWith("; in: " + expression);
    }

    @Test
    void countsLines() {
        assertRefused(() -> Parser.parse("a = 1\nAND b\n  = = 2"), "line 3, column 5: ", "in: a = 1 AND b   = = 2");
    }

    @Test
    void showsTheSurroundingsOfThePlaceInALongExpression() {
        String sql = "a = 1 OR ".repeat(1_000) + "b ! 2" + " OR a = 1".repeat(1_000);
        assertRefused(() -> Parser.parse(sql), "line 1, column 9003: '!' has no meaning here", "; in: ...");
        assertThatThrownBy(() -> Parser.parse(sql))
                .satisfies(e -> assertThat(e.getMessage()).contains("b ! 2").hasSizeLessThan(400));
    }

    @Test
    void doesNotQuoteALongTextInFull() {
        String sql = "a = 1 '" + "x".repeat(5_000) + "'";
        assertThatThrownBy(() -> Parser.parse(sql))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("column 7: expected an operator or the end, found a text ('xxx")
                        .hasSizeLessThan(600));
    }

    @Test
    void refusesHalfACharacter() {
        assertRefused(() -> Parser.parse("a = '\ud83d'"), "column 5", "half a character");
        assertThat(Parser.parse("a = '\ud83d\ude00'")).hasToString("(a = '\ud83d\ude00')");
    }

    @Test
    void refusesWhatIsTooLongTooDeepOrTooMuch() {
        assertRefused(
                () -> Parser.parse("a = 1" + " ".repeat(Parser.MOST_CHARACTERS)),
                "column 1",
                "longer than " + Parser.MOST_CHARACTERS + " characters");
        int deep = Parser.DEEPEST + 1;
        assertRefused(
                () -> Parser.parse("(".repeat(deep) + "a" + ")".repeat(deep)), "column 65", "nested more than 64");
        assertRefused(() -> Parser.parse("NOT ".repeat(deep) + "a"), "column 257", "nested more than 64");
        assertRefused(() -> Parser.parse("a = " + "- ".repeat(deep) + "1"), "column 133", "nested more than 64");
        assertRefused(
                () -> Parser.parse("a" + " OR a".repeat(Parser.MOST_OPERANDS)),
                "column 10241",
                "more than 2048 properties and literals");
    }

    @Test
    void refusesTooManyOperatorsInARow() {
        assertRefused(() -> Parser.parse("a" + " IS NULL".repeat(65)), "column 515", "nested more than 64");
        assertRefused(() -> Parser.parse("a" + " CONTAINS 'x'".repeat(65)), "column 835", "nested more than 64");
        assertRefused(() -> Parser.parse("a" + " NOT CONTAINS 'x'".repeat(65)), "column 1091", "nested more than 64");
        assertRefused(() -> Parser.parse("a" + " = a".repeat(65)), "column 259", "nested more than 64");
        assertRefused(() -> Parser.parse("a" + " <> a".repeat(65)), "column 323", "nested more than 64");
        assertRefused(
                () -> Parser.parse("a" + " IS NULL".repeat(8_000) + " CONTAINS 'x'"),
                "column 515",
                "nested more than 64");
    }

    @Test
    void countsOperatorsBehindParenthesesWithThoseInside() {
        int half = Parser.DEEPEST / 2;
        String nested = "(".repeat(half) + "a" + ") IS NULL".repeat(half);
        assertThat(test(nested)).isEqualTo(Truth.FALSE);
        assertRefused(() -> Parser.parse(nested + " IS NULL"), "column 323", "nested more than 64");
        assertRefused(() -> Parser.parse("b = 1 AND " + nested + " IS NULL"), "column 333", "nested more than 64");
        assertRefused(() -> Parser.parse("(" + nested + " OR b = 1)"), "column 316", "nested more than 64");
        assertRefused(() -> Parser.parse("(b = (" + nested + "))"), "column 312", "nested more than 64");
    }

    @Test
    void takesWhatIsJustNotTooMuch() {
        int deep = Parser.DEEPEST - 1;
        String nested = "(".repeat(deep) + "a IS NULL" + ")".repeat(deep);
        assertThat(test(nested)).isEqualTo(Truth.TRUE);
        assertThat(test(nested + " AND " + nested + " AND TRUE = TRUE")).isEqualTo(Truth.TRUE);
        String chain = "a" + " = a".repeat(Parser.DEEPEST);
        assertThat(test(chain)).isEqualTo(Truth.FALSE);
        assertThat(test("a" + " CONTAINS 'x'".repeat(Parser.DEEPEST))).isEqualTo(Truth.FALSE);
        String wide = "a IS NOT NULL" + " OR a IS NOT NULL".repeat(Parser.MOST_OPERANDS - 1);
        assertThat(test(wide)).isEqualTo(Truth.FALSE);
    }

    private static Truth test(String sql) {
        return Parser.parse(sql).test(SqlTruthTest.properties(""));
    }

    private static void assertRefused(ThrowingCallable asked, String place, String why) {
        assertThatThrownBy(asked)
                .isInstanceOf(RequestException.class)
                .hasMessageContaining(place)
                .hasMessageContaining(why);
    }
}
