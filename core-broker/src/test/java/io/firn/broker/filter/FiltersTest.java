package io.firn.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {

    private static final Filters TAGS_ONLY = new Filters(FilterConfig.from(new ConfigView(Map.of())));
    private static final Filters WITH_SQL = new Filters(new FilterConfig(FilterConfig.Languages.TAGS_AND_SQL));

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "*")
    void aStarOrNothingTakesEverything(@Nullable String expression) {
        assertThat(TAGS_ONLY.compile("TAG", expression)).isSameAs(RecordFilter.ALL);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "TAG")
    void whoNamesNoTypeMeansTags(@Nullable String type) {
        assertThat(TAGS_ONLY.compile(type, "a").matches("a".hashCode())).isTrue();
    }

    @Test
    void takesTheTagsBetweenBarsWithoutTheirBlanks() {
        RecordFilter filter = TAGS_ONLY.compile("TAG", "a ||b||  TagC || ");
        assertThat(List.of("a", "b", "TagC")).allMatch(tag -> filter.matches(tag.hashCode()));
        assertThat(List.of("", "c", " b", "a ||b")).noneMatch(tag -> filter.matches(tag.hashCode()));
        assertThat(filter.needsRecord()).isFalse();
    }

    @Test
    void doesNotTakeMessagesWithoutTags() {
        assertThat(TAGS_ONLY.compile("TAG", "a").matches(0)).isFalse();
    }

    @Test
    void comparesHashesSoThatClientsMustCompareTexts() {
        assertThat(TAGS_ONLY.compile("TAG", "Aa").matches("BB".hashCode())).isTrue();
    }

    @Test
    void takesNegativeHashesAsQueuesStoreThem() {
        String tag = "a tag whose hash is negative";
        assertThat(tag.hashCode()).isNegative();
        assertThat(TAGS_ONLY.compile("TAG", tag).matches((long) tag.hashCode())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"||", " ", " || || "})
    void refusesAnExpressionWithoutATag(String expression) {
        assertThatThrownBy(() -> TAGS_ONLY.compile("TAG", expression))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        e -> assertThat(e.code()).isEqualTo(ResponseCode.SUBSCRIPTION_PARSE_FAILED))
                .hasMessageContaining("'" + expression + "'");
    }

    @Test
    void refusesSql92WithTheTextThatToolsKnow() {
        assertThatThrownBy(() -> TAGS_ONLY.compile("SQL92", "a > 1"))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.SYSTEM_ERROR))
                .hasMessage("The broker does not support consumer to filter message by SQL92");
        assertThatThrownBy(() -> TAGS_ONLY.compile(subscription("a > 1", List.of(), "SQL92")))
                .hasMessage("The broker does not support consumer to filter message by SQL92");
    }

    @Test
    void conditionsAreServedWhereTheyAreSwitchedOn() {
        RecordFilter filter = WITH_SQL.compile("SQL92", "a > 1");
        assertThat(filter.needsRecord()).isTrue();
        assertThat(filter.matches("any tag".hashCode())).isTrue();
        assertThat(WITH_SQL.compile(subscription("a > 1", List.of(), "SQL92")).needsRecord())
                .isTrue();
        assertThat(WITH_SQL.compile("TAG", "a").needsRecord()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "SQL92, a >, 'line 1, column 4: expected a property, a text'",
        "SQL92, '', 'line 1, column 1: expected a property, a text'",
        "sql92, a > 1, 'type sql92 are not known: expected TAG or SQL92'",
        "JAVA, a > 1, 'type JAVA are not known: expected TAG or SQL92'"
    })
    void aConditionThatCanNotBeReadIsRefusedInAPullAndInACheck(String type, String expression, String why) {
        assertRefused(() -> WITH_SQL.compile(type, expression), ResponseCode.SUBSCRIPTION_PARSE_FAILED, why);
        assertRefused(
                () -> WITH_SQL.check(subscription(expression, List.of(), type)),
                ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                why);
    }

    @Test
    void aHeartbeatsConditionThatCanNotBeReadHasTheCodeAndTextOfRocketMqAndSaysWhere() {
        assertRefused(
                () -> WITH_SQL.compile(subscription("a >", List.of(), "SQL92")),
                ResponseCode.FILTER_DATA_NOT_EXIST,
                "The broker's consumer filter data is not exist!Your expression may be wrong! SQL92 expression, line 1,"
                        + " column 4");
    }

    @Test
    void aCheckLooksAtConditionsOnly() {
        TAGS_ONLY.check(subscription("||", List.of(), "TAG"));
        WITH_SQL.check(subscription("a > 1", List.of(), "SQL92"));
        assertRefused(
                () -> TAGS_ONLY.check(subscription("a >", List.of(), "SQL92")),
                ResponseCode.SYSTEM_ERROR,
                "The broker does not support consumer to filter message by SQL92");
    }

    private static void assertRefused(ThrowingCallable asked, int code, String why) {
        assertThatThrownBy(asked)
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(why);
    }

    @Test
    void aHeartbeatsHashesHoldAndWithoutThemItsExpression() {
        RecordFilter fromCodes = TAGS_ONLY.compile(subscription("x", List.of("a".hashCode()), "TAG"));
        assertThat(fromCodes.matches("a".hashCode())).isTrue();
        assertThat(fromCodes.matches("x".hashCode())).isFalse();
        RecordFilter fromText = TAGS_ONLY.compile(subscription("x", List.of(), "TAG"));
        assertThat(fromText.matches("x".hashCode())).isTrue();
    }

    @Test
    void aHeartbeatsStarTakesEverything() {
        assertThat(TAGS_ONLY.compile(subscription("*", List.of(7), "TAG"))).isSameAs(RecordFilter.ALL);
        SubscriptionBody classFilter = new SubscriptionBody("T", "x", List.of(), List.of(), 1, "TAG", true);
        assertThat(TAGS_ONLY.compile(classFilter)).isSameAs(RecordFilter.ALL);
    }

    @Test
    void agreesWithASetForAnyNumberOfTags() {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int tags = 1; tags < 40; tags++) {
            Set<Integer> wanted = new HashSet<>();
            while (wanted.size() < tags) {
                wanted.add(random.nextInt(-60, 60));
            }
            RecordFilter filter = TAGS_ONLY.compile(subscription("x", List.copyOf(wanted), "TAG"));
            for (int code = -70; code < 70; code++) {
                assertThat(filter.matches(code))
                        .as("seed %s code %s", seed, code)
                        .isEqualTo(wanted.contains(code));
            }
        }
    }

    private static SubscriptionBody subscription(String expression, List<Integer> codes, String type) {
        return new SubscriptionBody("T", expression, List.of(), codes, 1, type, false);
    }
}
