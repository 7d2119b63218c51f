package io.firn.guard;

import io.firn.spi.config.ConfigException;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.message.PropertyName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads rules. The text:
 *
 * <pre>
 * rules = rule { ";" rule }            an empty rule, as after a last ";", is passed over
 * rule  = topic-pattern ( "free" | word { word } )
 * word  = "require=" name { "," name } | "max-body=" size | "schema=" file | "rate=" n "/" ( "s" | "m" | "h" )
 *       | "burst=" n | "on-breach=" ( "reject" | "tag" )
 * </pre>
 *
 * Every problem is a {@link ConfigException} that shows the rule and says what is allowed. Owner: one call.
 */
final class RuleText {

    private static final String WORDS = "require=, max-body=, schema=, rate=, burst=, on-breach=, or free";
    private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,11})/([smh])");
    private static final Pattern COUNT = Pattern.compile("[1-9]\\d{0,8}");
    private static final Pattern FILE = Pattern.compile("[\\w.-]+(/[\\w.-]+)*");
    private static final Map<String, TimeUnit> UNITS =
            Map.of("s", TimeUnit.SECONDS, "m", TimeUnit.MINUTES, "h", TimeUnit.HOURS);
    /** Ten million a second: below it the rounding of the interval to nanoseconds stays within one per cent. */
    private static final long SHORTEST_INTERVAL_NS = 100;

    private final String text;
    private final Set<String> seen = new HashSet<>();
    private List<String> required = List.of();
    private long maxBodyBytes = Rule.ANY_SIZE;
    private @Nullable String schema;
    private @Nullable String rate;
    private @Nullable String burst;
    private Rule.OnBreach onBreach = Rule.OnBreach.REJECT;

    private RuleText(String text) {
        this.text = text;
    }

    /**
     * The rules, in their order.
     *
     * @throws ConfigException when there is none, or one can not be read
     */
    static List<Rule> parse(String rules) {
        List<Rule> all = new ArrayList<>();
        Set<String> patterns = new HashSet<>();
        for (String part : rules.split(";", -1)) {
            if (!part.isBlank()) {
                Rule rule = new RuleText(part.trim()).rule();
                if (!patterns.add(rule.topics())) {
                    throw new ConfigException("rules: " + rule.topics() + " has two rules, and only the first would"
                            + " count: put all its words into one");
                }
                all.add(rule);
            }
        }
        if (all.isEmpty()) {
            throw new ConfigException("rules has no rule: expected <topic pattern> <words>, words are " + WORDS);
        }
        return List.copyOf(all);
    }

    private Rule rule() {
        String[] words = text.split("\\s+", -1);
        String topics = words[0];
        if (topics.contains("=")) {
            throw wrong("it has to begin with the pattern of its topics, such as orders-*");
        }
        if (words.length == 2 && words[1].equals("free")) {
            return new Rule(topics, List.of(), Rule.ANY_SIZE, null, null, Rule.OnBreach.REJECT);
        }
        Arrays.stream(words).skip(1).forEach(this::word);
        if (!seen.contains("require") && !seen.contains("max-body") && schema == null && rate == null) {
            throw wrong("it asks for nothing; words are " + WORDS);
        }
        return new Rule(topics, required, maxBodyBytes, schema, rate(), onBreach);
    }

    private void word(String word) {
        int at = word.indexOf('=');
        String name = at < 0 ? word : word.substring(0, at);
        String value = at < 0 ? "" : word.substring(at + 1);
        if (!seen.add(name)) {
            throw wrong(name + " is there twice");
        }
        switch (name) {
            case "require" -> required = names(value);
            case "max-body" -> maxBodyBytes = size(value);
            case "schema" -> schema = matching(FILE, value, "the name of a schema file, such as order-1.json");
            case "rate" -> rate = matching(RATE, value, "a rate such as 1000/s, 600/m, 10/h");
            case "burst" -> burst = matching(COUNT, value, "a number of messages from 1 to 999999999");
            case "on-breach" -> onBreach = onBreach(value);
            default -> throw wrong("'" + word + "' is not a word of rules; those are " + WORDS);
        }
    }

    private List<String> names(String value) {
        List<String> names = List.of(value.split(",", -1));
        for (String name : names) {
            if (name.isBlank()) {
                throw wrong("require= needs names of properties, such as KEYS,tenant");
            }
            try {
                PropertyName.of(name);
            } catch (IllegalArgumentException e) {
                throw wrong("require=: " + e.getMessage());
            }
        }
        return names;
    }

    private long size(String value) {
        try {
            return ByteSize.parse(value).toBytes();
        } catch (IllegalArgumentException e) {
            throw wrong("max-body=" + value + ": expected a size such as 64KiB");
        }
    }

    private String matching(Pattern pattern, String value, String expected) {
        if (!pattern.matcher(value).matches() || value.contains("..")) {
            throw wrong("'" + value + "': expected " + expected);
        }
        return value;
    }

    private Rule.OnBreach onBreach(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "reject" -> Rule.OnBreach.REJECT;
            case "tag" -> Rule.OnBreach.TAG;
            default -> throw wrong("on-breach=" + value + ": expected reject or tag");
        };
    }

    private Rule.@Nullable Rate rate() {
        if (rate == null) {
            if (burst != null) {
                throw wrong("burst= without rate=");
            }
            return null;
        }
        Matcher parts = RATE.matcher(rate);
        TimeUnit unit = parts.matches() ? UNITS.get(parts.group(2)) : null;
        if (unit == null) {
            throw wrong("rate=" + rate + ": expected a rate such as 1000/s, 600/m, 10/h");
        }
        long count = Long.parseLong(parts.group(1));
        long intervalNs = unit.toNanos(1) / count;
        if (intervalNs < SHORTEST_INTERVAL_NS) {
            throw wrong("rate=" + rate + ": expected at most 10000000/s; without rate= there is no limit");
        }
        // unless said otherwise, what a second brings may come at once
        long usualBurst = Math.max(1, TimeUnit.SECONDS.toNanos(1) / intervalNs);
        return new Rule.Rate(rate, intervalNs, burst == null ? usualBurst : Long.parseLong(burst));
    }

    private ConfigException wrong(String what) {
        return new ConfigException("rules: in \"" + text + "\": " + what);
    }
}
