package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.config.ConfigException;
import io.firn.spi.fake.FakeMetrics;
import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.message.PropertyName;
import io.firn.spi.metrics.Label;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.QueueRef;
import io.firn.testkit.Allocations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RulesHookTest {

    private static final String ORDER = "{\"id\":\"a\",\"amount\":1.5}";

    private final FakeMetrics metrics = new FakeMetrics();

    private RulesHook rules(String rules) {
        return new RulesHook(Books.of(rules, metrics));
    }

    private static FakePutMessage message(String body) {
        return new FakePutMessage(new QueueRef("orders", 0)).withBody(body);
    }

    private static Verdict show(PutMessageHook hook, FakePutMessage message) {
        message.lend();
        return hook.beforePut(message);
    }

    private static String tagOf(FakePutMessage message, String name) {
        return String.valueOf(message.property(PropertyName.of(name)));
    }

    private double breaches(String rule, String reason, String then) {
        return metrics.value("breaches", new Label("rule", rule), new Label("reason", reason), new Label("then", then));
    }

    @Test
    void namesTheMissingProperty() {
        RulesHook hook = rules("orders require=KEYS,tenant");

        Verdict verdict = show(hook, message("x").withProperty("KEYS", "k").withProperty("tenant", " "));

        assertThat(verdict.code()).isEqualTo(RejectCode.MESSAGE_ILLEGAL);
        assertThat(verdict.remark()).contains("topic orders needs the property tenant");
        assertThat(breaches("orders", "missing", "reject")).isEqualTo(1);
    }

    @Test
    void takesABodyOfTheLargestSizeAndNoneBeyond() {
        RulesHook hook = rules("orders max-body=4");

        assertThat(show(hook, message("1234"))).isSameAs(Verdict.ACCEPT);
        assertThat(show(hook, message("12345")).remark()).contains("at most 4 bytes");
    }

    @Test
    void looksOnlyAtTheFirstRuleThatFits() {
        RulesHook hook = rules("orders free; o* max-body=1");

        assertThat(show(hook, message("12345"))).isSameAs(Verdict.ACCEPT);
        assertThat(show(hook, new FakePutMessage(new QueueRef("other", 0)).withBody("12345"))
                        .isReject())
                .isTrue();
        assertThat(show(hook, new FakePutMessage(new QueueRef("stock", 0)).withBody("12345")))
                .isSameAs(Verdict.ACCEPT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"a\"}| amount",
                "{\"id\":\"a\",\"amount\":0}| amount",
                "{\"id\":\"a\",\"amount\":1,\"more\":1}| more",
                "[]| array",
                "{\"id\":| the body is not JSON",
                "{\"id\":\"a\",\"amount\":1} {}| the body is not JSON",
                "{\"id\":\"a\",\"id\":\"b\",\"amount\":1}| the body is not JSON",
            })
    void saysWhatDoesNotFitTheSchema(String body, String problem) {
        Verdict verdict = show(rules("orders schema=order-1.json"), message(body));

        assertThat(verdict.remark()).contains(problem).contains("order-1.json");
        assertThat(breaches("orders", "schema", "reject")).isEqualTo(1);
    }

    @Test
    void takesABodyThatFitsTheSchema() {
        assertThat(show(rules("orders schema=order-1.json"), message(ORDER))).isSameAs(Verdict.ACCEPT);
    }

    @Test
    void doesNotParseABodyOfAnySize() {
        String body = "{\"id\":\"" + "a".repeat(70_000) + "\",\"amount\":1}";

        assertThat(show(rules("orders schema=order-1.json"), message(body)).remark())
                .contains("longer than the 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "absent.json| can not be read",
                "broken.json| is not JSON",
                "remote.json| no JSON schema that can be used",
            })
    void refusesASchemaItCanNotUse(String file, String problem) {
        assertThatThrownBy(() -> rules("orders schema=" + file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(problem);
    }

    @Test
    void tagsAndStoresWhenToldSoAndCountsOnce() {
        RulesHook hook = rules("orders require=tenant on-breach=tag");
        FakePutMessage message = message("x");

        assertThat(show(hook, message)).isSameAs(Verdict.MODIFIED);
        assertThat(tagOf(message, "GUARD")).isEqualTo("missing:tenant");
        assertThat(show(hook, message)).isSameAs(Verdict.ACCEPT);
        assertThat(breaches("orders", "missing", "tag")).isEqualTo(1);
    }

    @Test
    void takesAwayATagThatASenderHasSet() {
        FakePutMessage message = message("x").withProperty("GUARD", "schema").withProperty("GUARD_RATE", "over");
        Verdict rules = show(rules("orders max-body=9 on-breach=tag"), message);
        Verdict rate = show(new RateHook(Books.of("orders rate=1/s on-breach=tag", metrics), () -> 0), message);

        assertThat(rules).isSameAs(Verdict.MODIFIED);
        assertThat(rate).isSameAs(Verdict.MODIFIED);
        assertThat(message.hasProperty(PropertyName.of("GUARD"))).isFalse();
        assertThat(message.hasProperty(PropertyName.of("GUARD_RATE"))).isFalse();
    }

    @Test
    void takesAwayATagUnderARuleThatAsksNothingOfTheMessageItself() {
        FakePutMessage message = message("x").withProperty("GUARD", "size");

        assertThat(show(rules("orders rate=1/s on-breach=tag"), message)).isSameAs(Verdict.MODIFIED);
        assertThat(message.hasProperty(PropertyName.of("GUARD"))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = PutOrigin.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CLIENT", "TRANSACTION_HALF"})
    void neverLosesWhatTheBrokerStoresAgain(PutOrigin origin) {
        FakePutMessage message = message("12345").withOrigin(origin);
        RateHook rate = new RateHook(Books.of("orders rate=1/h", metrics), () -> 0);

        assertThat(show(rules("orders max-body=1"), message)).isSameAs(Verdict.ACCEPT);
        assertThat(show(rate, message)).isSameAs(Verdict.ACCEPT);
        assertThat(show(rate, message)).isSameAs(Verdict.ACCEPT);
    }

    @Test
    void refusesWhatComesTooFastAsBusy() {
        RateHook hook = new RateHook(Books.of("orders rate=2/s", metrics), () -> 0);

        assertThat(show(hook, message("x"))).isSameAs(Verdict.ACCEPT);
        assertThat(show(hook, message("x"))).isSameAs(Verdict.ACCEPT);
        Verdict third = show(hook, message("x"));
        assertThat(third.code()).isEqualTo(RejectCode.QUOTA_EXCEEDED);
        assertThat(third.remark()).contains("topic orders takes 2/s on this broker");
    }

    @Test
    void tagsWhatComesTooFastWhenToldSo() {
        RateHook hook = new RateHook(Books.of("orders rate=1/h on-breach=tag", metrics), () -> 0);
        FakePutMessage second = message("x");

        assertThat(show(hook, message("x"))).isSameAs(Verdict.ACCEPT);
        assertThat(show(hook, second)).isSameAs(Verdict.MODIFIED);
        assertThat(tagOf(second, "GUARD_RATE")).isEqualTo("over");
    }

    @Test
    void allocatesNothingForMessagesThatKeepTheRules() {
        FakePutMessage good = message("hello").withProperty("KEYS", "k").withProperty("tenant", "t");

        Allocations.assertNoAllocation(rules("orders require=KEYS,tenant max-body=1KiB"), good);
        Allocations.assertNoAllocation(rules("orders require=KEYS,tenant max-body=1KiB on-breach=tag"), good);
        Allocations.assertNoAllocation(rules("other max-body=1"), good);
        Allocations.assertNoAllocation(
                new RateHook(Books.of("orders rate=10000000/s burst=99999999", metrics), System::nanoTime), good);
    }

    @Test
    void allocatesNothingForMessagesThatItRefuses() {
        Allocations.assertNoAllocation(rules("orders require=KEYS"), message("hello"));
        Allocations.assertNoAllocation(rules("orders max-body=1"), message("hello"));
        Allocations.assertNoAllocation(new RateHook(Books.of("orders rate=1/h", metrics), () -> 0), message("hello"));
    }
}
