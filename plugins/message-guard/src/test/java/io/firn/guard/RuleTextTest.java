package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleTextTest {

    @Test
    void readsAllWords() {
        List<Rule> rules = RuleText.parse(
                "orders-* require=KEYS,tenant max-body=64KiB schema=order-1.json rate=100/s burst=300 on-breach=tag");

        assertThat(rules)
                .containsExactly(new Rule(
                        "orders-*",
                        List.of("KEYS", "tenant"),
                        65536,
                        "order-1.json",
                        new Rule.Rate("100/s", 10_000_000, 300),
                        Rule.OnBreach.TAG));
    }

    @Test
    void keepsTheOrderAndPassesOverEmptyRules() {
        assertThat(RuleText.parse(" a free ;; b max-body=1 ; "))
                .extracting(Rule::topics)
                .containsExactly("a", "b");
    }

    @Test
    void letsASecondsMessagesComeAtOnceUnlessSaidOtherwise() {
        assertThat(RuleText.parse("a rate=50/s").getFirst().rate()).isEqualTo(new Rule.Rate("50/s", 20_000_000, 50));
        assertThat(RuleText.parse("a rate=10/h").getFirst().rate())
                .isEqualTo(new Rule.Rate("10/h", 360_000_000_000L, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "orders| it asks for nothing",
                "orders on-breach=tag| it asks for nothing",
                "max-body=1| begin with the pattern",
                "orders maxbody=1| 'maxbody=1' is not a word of rules",
                "orders free rate=1/s| 'free' is not a word of rules",
                "orders max-body=1 max-body=2| max-body is there twice",
                "orders max-body=huge| expected a size such as 64KiB",
                "orders require=| names of properties",
                "orders require=a,,b| names of properties",
                "orders rate=0/s| expected a rate such as 1000/s",
                "orders rate=5/d| expected a rate such as 1000/s",
                "orders rate=90000000/s| at most 10000000/s",
                "orders burst=5 max-body=1| burst= without rate=",
                "orders rate=5/s burst=0| a number of messages",
                "orders schema=../../secret| the name of a schema file",
                "orders schema=/etc/x| the name of a schema file",
                "orders max-body=1 on-breach=drop| expected reject or tag",
            })
    void saysWhatIsWrongAndShowsTheRule(String rule, String problem) {
        assertThatThrownBy(() -> RuleText.parse("first free; " + rule))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(rule)
                .hasMessageContaining(problem);
    }

    @Test
    void refusesTwoRulesOfOnePatternAndNone() {
        assertThatThrownBy(() -> RuleText.parse("a free; a max-body=1"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a has two rules");
        assertThatThrownBy(() -> RuleText.parse(" ; "))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no rule");
    }
}
