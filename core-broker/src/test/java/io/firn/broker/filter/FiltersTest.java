package io.firn.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "*")
    void aStarOrNothingTakesEverything(@Nullable String expression) {
        assertThat(Filters.compile("TAG", expression)).isSameAs(RecordFilter.ALL);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = "TAG")
    void whoNamesNoTypeMeansTags(@Nullable String type) {
        assertThat(Filters.compile(type, "a").matches("a".hashCode())).isTrue();
    }

    @Test
    void takesTheTagsBetweenBarsWithoutTheirBlanks() {
        RecordFilter filter = Filters.compile("TAG", "a ||b||  TagC || ");
        assertThat(List.of("a", "b", "TagC")).allMatch(tag -> filter.matches(tag.hashCode()));
        assertThat(List.of("", "c", " b", "a ||b")).noneMatch(tag -> filter.matches(tag.hashCode()));
        assertThat(filter.needsRecord()).isFalse();
    }

    @Test
    void doesNotTakeMessagesWithoutTags() {
        assertThat(Filters.compile("TAG", "a").matches(0)).isFalse();
    }

    @Test
    void comparesHashesSoThatClientsMustCompareTexts() {
        assertThat(Filters.compile("TAG", "Aa").matches("BB".hashCode())).isTrue();
    }

    @Test
    void takesNegativeHashesAsQueuesStoreThem() {
        String tag = "a tag whose hash is negative";
        assertThat(tag.hashCode()).isNegative();
        assertThat(Filters.compile("TAG", tag).matches((long) tag.hashCode())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"||", " ", " || || "})
    void refusesAnExpressionWithoutATag(String expression) {
        assertThatThrownBy(() -> Filters.compile("TAG", expression))
                .isInstanceOfSatisfying(
                        RequestException.class,
                        e -> assertThat(e.code()).isEqualTo(ResponseCode.SUBSCRIPTION_PARSE_FAILED))
                .hasMessageContaining("'" + expression + "'");
    }

    @Test
    void refusesSql92WithTheTextThatToolsKnow() {
        assertThatThrownBy(() -> Filters.compile("SQL92", "a > 1"))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.SYSTEM_ERROR))
                .hasMessage("The broker does not support consumer to filter message by SQL92");
        assertThatThrownBy(() -> Filters.compile(subscription("a > 1", List.of(), "SQL92")))
                .hasMessage("The broker does not support consumer to filter message by SQL92");
    }

    @Test
    void aHeartbeatsHashesHoldAndWithoutThemItsExpression() {
        RecordFilter fromCodes = Filters.compile(subscription("x", List.of("a".hashCode()), "TAG"));
        assertThat(fromCodes.matches("a".hashCode())).isTrue();
        assertThat(fromCodes.matches("x".hashCode())).isFalse();
        RecordFilter fromText = Filters.compile(subscription("x", List.of(), "TAG"));
        assertThat(fromText.matches("x".hashCode())).isTrue();
    }

    @Test
    void aHeartbeatsStarTakesEverything() {
        assertThat(Filters.compile(subscription("*", List.of(7), "TAG"))).isSameAs(RecordFilter.ALL);
        SubscriptionBody classFilter = new SubscriptionBody("T", "x", List.of(), List.of(), 1, "TAG", true);
        assertThat(Filters.compile(classFilter)).isSameAs(RecordFilter.ALL);
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
            RecordFilter filter = Filters.compile(subscription("x", List.copyOf(wanted), "TAG"));
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
