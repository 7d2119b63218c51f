package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.PropertyBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What conditions say of one message; of another when the test says so. */
final class SqlTruthTest {

    /** A property each, {@code name=value}. Nothing is named absent, none or nothing. */
    private static final String MESSAGE = "n=5 big=3000000000 huge=9007199254740993 dec=5.5 neg=-7 text=abc yes=True"
            + " no=false TAGS=TagA blank=_8_ quote=it's umlaut=größe padded=007 exp=1e3";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // numbers
                "n = 5                                    | TRUE",
                "n = 6                                    | FALSE",
                "n <> 5                                   | FALSE",
                "n <> 6                                   | TRUE",
                "n > 4 AND n >= 5 AND n < 6 AND n <= 5    | TRUE",
                "n > 5 OR n < 5                           | FALSE",
                "5 = n                                    | TRUE",
                "4 < n                                    | TRUE",
                "4 > n                                    | FALSE",
                "5 >= n AND 5 <= n                        | TRUE",
                "n = 5L AND n = +5 AND n = - -5           | TRUE",
                "neg = -7 AND neg < -6.5                  | TRUE",
                "dec = 5.5 AND dec > 5 AND dec < 5.6e0    | TRUE",
                "dec > .5 AND dec < 6. AND dec < 6E+0     | TRUE",
                "n = 5.0                                  | TRUE",
                "exp = 1000 AND padded = 7                | TRUE",
                "big > 5                                  | TRUE",
                "huge > 9007199254740992                  | TRUE",
                "dec > n AND big > dec AND neg < n        | TRUE",
                "n < absent                               | UNKNOWN",
                "absent < n                               | UNKNOWN",
                "n BETWEEN 5 AND 5                        | TRUE",
                "n BETWEEN 1 AND 4                        | FALSE",
                "n BETWEEN neg AND dec                    | TRUE",
                "n NOT BETWEEN 5 AND 6                    | FALSE",
                "n NOT BETWEEN 6 AND 5                    | TRUE",
                "absent BETWEEN 1 AND 2                   | UNKNOWN",
                "n BETWEEN absent AND 4                   | FALSE",
                "n BETWEEN absent AND 6                   | UNKNOWN",
                "6 BETWEEN n AND 7                        | TRUE",
                "blank = 8                                | TRUE",
                // a text that is no number is unknown beside one, and does not spoil the rest
                "text > 5                                 | UNKNOWN",
                "text = 5                                 | UNKNOWN",
                "text <> 5                                | UNKNOWN",
                "text = 5 OR n = 5                        | TRUE",
                "text = 5 AND n = 6                       | FALSE",
                "text > n                                 | UNKNOWN",
                // literals alone
                "5 = 5.0 AND 5 > 4 AND '5' = 5 AND 5 = '5'| TRUE",
                "'x' = 5                                  | UNKNOWN",
                "'x' = 'x' AND 'x' <> 'X'                 | TRUE",
                "5 = (n = 5)                              | FALSE",
                "(n = 5) = 5                              | FALSE",
                "(absent = 5) = 5                         | UNKNOWN",
                // texts
                "text = 'abc'                             | TRUE",
                "text = 'ABC'                             | FALSE",
                "'abc' = text                             | TRUE",
                "text <> 'abc'                            | FALSE",
                "n = '5'                                  | TRUE",
                "n = '5.0'                                | FALSE",
                "quote = 'it''s'                          | TRUE",
                "umlaut = 'größe' AND umlaut CONTAINS 'ö' | TRUE",
                "TAGS = 'TagA'                            | TRUE",
                "tags = 'TagA'                            | UNKNOWN",
                "text IN ('x', 'abc', 'y')                | TRUE",
                "text IN ('abc', 'abc')                   | TRUE",
                "text IN ('ab', 'abcd', '')               | FALSE",
                "text NOT IN ('x', 'y')                   | TRUE",
                "text NOT IN ('abc')                      | FALSE",
                "absent IN ('x')                          | UNKNOWN",
                "absent NOT IN ('x')                      | UNKNOWN",
                "text CONTAINS 'b' AND text CONTAINS 'abc'| TRUE",
                "text CONTAINS 'abcd'                     | FALSE",
                "text NOT CONTAINS 'x'                    | TRUE",
                "text STARTSWITH 'ab' AND text ENDSWITH 'bc' | TRUE",
                "text STARTSWITH 'b' OR text ENDSWITH 'b' | FALSE",
                "text NOT STARTSWITH 'b'                  | TRUE",
                "text NOT ENDSWITH 'bc'                   | FALSE",
                "text ENDSWITH 'xabc'                     | FALSE",
                "'abc' CONTAINS 'b'                       | TRUE",
                "'abc' NOT ENDSWITH 'c'                   | FALSE",
                "5 CONTAINS '5'                           | FALSE",
                "5 NOT CONTAINS '5'                       | FALSE",
                "(n = 5) CONTAINS 'T'                     | FALSE",
                // both senses of these are false of what is not there, and of an empty text
                "absent CONTAINS 'x'                      | FALSE",
                "absent NOT CONTAINS 'x'                  | FALSE",
                "NOT (absent CONTAINS 'x')                | TRUE",
                "text CONTAINS ''                         | FALSE",
                "text NOT STARTSWITH ''                   | FALSE",
                // what is not there
                "absent IS NULL                           | TRUE",
                "absent IS NOT NULL                       | FALSE",
                "text IS NULL                             | FALSE",
                "text IS NOT NULL                         | TRUE",
                "5 IS NULL OR 'x' IS NULL                 | FALSE",
                "NULL IS NULL                             | TRUE",
                "(absent = 5) IS NULL                     | TRUE",
                "n = 5 IS NULL                            | FALSE",
                "absent = 5                               | UNKNOWN",
                "5 = absent                               | FALSE",
                "absent = 'x'                             | UNKNOWN",
                "'x' = absent                             | FALSE",
                "absent <> 'x'                            | UNKNOWN",
                "'x' <> absent                            | TRUE",
                "absent = none                            | TRUE",
                "absent = text                            | UNKNOWN",
                "text = absent                            | FALSE",
                "text = text                              | TRUE",
                "text = n                                 | FALSE",
                // conditions as values
                "yes = TRUE AND no = FALSE                | TRUE",
                "text = FALSE                             | TRUE",
                "TRUE = yes AND TRUE <> no                | TRUE",
                "absent = TRUE                            | UNKNOWN",
                "TRUE = absent                            | FALSE",
                "(n = 5) = (text = 'abc')                 | TRUE",
                "(absent = 5) = (none = 5)                | TRUE",
                "(n = 5) = (none = 5)                     | FALSE",
                "(absent = 5) = (n = 5)                   | UNKNOWN",
                "(n = 5) = yes AND 'true' = (n = 5)       | TRUE",
                "(n = 5) = 'x'                            | FALSE",
                "5 = TRUE                                 | FALSE",
                // a property alone is a text, and no text is true
                "text                                     | FALSE",
                "yes                                      | FALSE",
                "NOT yes                                  | TRUE",
                "NOT absent                               | UNKNOWN",
                "absent OR n = 5                          | TRUE",
                "TRUE                                     | TRUE",
                "FALSE                                    | FALSE",
                "NULL                                     | UNKNOWN",
                // what binds how
                "n = 6 AND n = 6 OR n = 5                 | TRUE",
                "n = 5 OR n = 5 AND n = 6                 | TRUE",
                "(n = 5 OR n = 5) AND n = 6               | FALSE",
                "NOT n = 6                                | FALSE",
                "NOT (n = 6)                              | TRUE",
                "NOT NOT (n = 5)                          | TRUE",
                "n = 5 AND NOT (n = 6) AND NOT (n = 7)    | TRUE",
                "n BETWEEN 1 AND 9 AND text = 'abc'       | TRUE",
                // how it may be written
                "N = 5                                    | UNKNOWN",
                "n=5and text='abc'or n=6                  | TRUE",
                "n Between 1 aNd 9                        | TRUE",
                "n /* a * comment / ** */ = 5             | TRUE",
                "n = 5 -- until the end                   | TRUE",
                "$a IS NULL AND _ IS NULL AND a1$_ IS NULL| TRUE"
            })
    void saysOfTheMessage(String expression, Truth truth) {
        assertThat(test(expression, MESSAGE)).isEqualTo(truth);
    }

    static List<Object[]> pairs() {
        List<Object[]> pairs = new ArrayList<>();
        for (Truth left : Truth.values()) {
            for (Truth right : Truth.values()) {
                pairs.add(new Object[] {left, right});
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void andOrAndNotFollowTheTablesOfThreeValues(Truth left, Truth right) {
        // in the order false, unknown, true: AND is the lower, OR the higher, NOT the mirror image
        List<Truth> order = List.of(Truth.FALSE, Truth.UNKNOWN, Truth.TRUE);
        int low = Math.min(order.indexOf(left), order.indexOf(right));
        int high = Math.max(order.indexOf(left), order.indexOf(right));
        String operands = "%s " + sql(right);
        assertThat(test(sql(left) + operands.formatted(" AND"), MESSAGE)).isEqualTo(order.get(low));
        assertThat(test(sql(left) + operands.formatted(" OR"), MESSAGE)).isEqualTo(order.get(high));
        assertThat(test("NOT " + sql(left), MESSAGE)).isEqualTo(order.get(2 - order.indexOf(left)));
    }

    private static String sql(Truth truth) {
        return truth == Truth.UNKNOWN ? "NULL" : truth.name();
    }

    @Test
    void commentsEndWithTheirLine() {
        assertThat(test("n = -- one\n5 -- two\r\nAND\ttext\f=\r'abc'", MESSAGE)).isEqualTo(Truth.TRUE);
    }

    @Test
    void aTextMayHaveLinesAndWhatElseLooksLikeSql() {
        assertThat(test("text <> 'a\nb' AND text <> '--' AND text <> '/*'", MESSAGE))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void ofANameThatComesTwiceTheLastCounts() {
        assertThat(test("n = 2", "n=1 m=0 n=2")).isEqualTo(Truth.TRUE);
        assertThat(test("n = m", "n=1 m=0 n=2 m=2 o=9")).isEqualTo(Truth.TRUE);
    }

    @Test
    void aMessageWithoutPropertiesHasNone() {
        assertThat(test("n IS NULL", "")).isEqualTo(Truth.TRUE);
        assertThat(test("n = 5", "")).isEqualTo(Truth.UNKNOWN);
    }

    @Test
    void aLongListIsSearchedLikeAShortOne() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            texts.add("'k" + i * 7 % 1_000 + "'");
        }
        String list = " IN (" + String.join(",", texts) + ")";
        assertThat(List.of("k0", "k999", "k500")).allMatch(key -> test("key" + list, "key=" + key) == Truth.TRUE);
        assertThat(List.of("k", "k1000", "j0")).allMatch(key -> test("key" + list, "key=" + key) == Truth.FALSE);
    }

    /** {@code name=value} with blanks between; in a value, {@code _} is a blank. */
    static PropertyBytes properties(String pairs) {
        String stored = pairs.isEmpty()
                ? ""
                : pairs.replace('=', '\u0001').replace(' ', '\u0002').replace('_', ' ');
        byte[] bytes = stored.getBytes(StandardCharsets.UTF_8);
        return new PropertyBytes().load(bytes, 0, bytes.length);
    }

    private static Truth test(String expression, String pairs) {
        return Parser.parse(expression).test(properties(pairs));
    }
}
