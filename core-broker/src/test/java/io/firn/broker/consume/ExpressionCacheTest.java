package io.firn.broker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.filter.FilterConfig;
import io.firn.broker.filter.Filters;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.wire.RequestException;
import org.junit.jupiter.api.Test;

final class ExpressionCacheTest {

    private static final int LONG = 60_000;

    private final ExpressionCache cache =
            new ExpressionCache(new Filters(new FilterConfig(FilterConfig.Languages.TAGS_AND_SQL)));

    @Test
    void anExpressionIsReadOnce() {
        RecordFilter first = cache.filter("SQL92", "a > 1");
        assertThat(cache.filter("SQL92", "a > 1")).isSameAs(first);
        assertThat(cache.filter("TAG", "a > 1")).isNotSameAs(first);
    }

    @Test
    void longExpressionsDoNotFillTheMemory() {
        RecordFilter first = cache.filter("SQL92", "a > 1");
        for (int i = 0; i < 20; i++) {
            cache.filter("SQL92", "a = '" + i + "x".repeat(LONG) + "'");
        }
        assertThat(cache.filter("SQL92", "a > 1")).isNotSameAs(first);
    }

    @Test
    void aBadExpressionIsRefusedEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> cache.filter("SQL92", "a >")).isInstanceOf(RequestException.class);
        }
    }
}
