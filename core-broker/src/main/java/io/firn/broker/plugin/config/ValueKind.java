package io.firn.broker.plugin.config;

import io.firn.spi.contract.ByteSize;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the text of a setting becomes a value of a component's type. Immutable.
 *
 * @param description what is allowed, for people
 * @param rangeUnit what limits are counted in, with a space before; empty for plain numbers
 */
record ValueKind(String description, String rangeUnit, Function<String, Object> parser) {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");

    private static final Map<Class<?>, ValueKind> PLAIN = Map.ofEntries(
            Map.entry(String.class, new ValueKind("text", "", text -> text)),
            Map.entry(int.class, new ValueKind("integer", "", Integer::parseInt)),
            Map.entry(Integer.class, new ValueKind("integer", "", Integer::parseInt)),
            Map.entry(long.class, new ValueKind("integer", "", Long::parseLong)),
            Map.entry(Long.class, new ValueKind("integer", "", Long::parseLong)),
            Map.entry(double.class, new ValueKind("number", "", ValueKind::decimal)),
            Map.entry(Double.class, new ValueKind("number", "", ValueKind::decimal)),
            Map.entry(boolean.class, new ValueKind("true or false", "", ValueKind::flag)),
            Map.entry(Boolean.class, new ValueKind("true or false", "", ValueKind::flag)),
            Map.entry(
                    Duration.class,
                    new ValueKind("duration such as 500ms, 3s, 5m, 2h, 7d", " in ms", ValueKind::duration)),
            Map.entry(ByteSize.class, new ValueKind("size such as 64MiB", " in bytes", ByteSize::parse)),
            Map.entry(Path.class, new ValueKind("path", "", text -> Path.of(notEmpty(text)))),
            Map.entry(URI.class, new ValueKind("URI", "", text -> URI.create(notEmpty(text)))));

    /**
     * The kind of a component's type.
     *
     * @throws IllegalArgumentException when there is none
     */
    static ValueKind of(RecordComponent component) {
        Class<?> type = component.getType();
        ValueKind plain = PLAIN.get(type);
        if (plain != null) {
            return plain;
        }
        if (type.isEnum()) {
            return ofEnum(type);
        }
        if (component.getGenericType().getTypeName().equals("java.util.List<java.lang.String>")) {
            return new ValueKind("texts separated by commas", "", ValueKind::list);
        }
        throw new IllegalArgumentException("component " + component.getName() + " of "
                + component.getDeclaringRecord().getName() + " is a "
                + component.getGenericType().getTypeName()
                + ", which no setting can be: use String, int, long, double, boolean, an enum, Duration, ByteSize,"
                + " Path, URI or List<String>");
    }

    private static ValueKind ofEnum(Class<?> type) {
        List<Object> constants = List.of(type.getEnumConstants());
        String names = String.join(
                ", ", constants.stream().map(c -> ((Enum<?>) c).name()).toList());
        return new ValueKind(
                "one of " + names,
                "",
                text -> constants.stream()
                        .filter(c -> ((Enum<?>) c).name().equalsIgnoreCase(text.replace('-', '_')))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(text)));
    }

    Object parse(String text) {
        return parser.apply(text);
    }

    /** A number, a duration in ms, a size in bytes, a text's length: what limits are about. */
    static long measure(Object value) {
        return switch (value) {
            case Duration duration -> duration.toMillis();
            case ByteSize size -> size.toBytes();
            case Double number -> (long) Math.floor(number);
            case Number number -> number.longValue();
            default ->
                throw new IllegalArgumentException("a " + value.getClass().getSimpleName() + " has no range");
        };
    }

    private static Object decimal(String text) {
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    private static Object flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object duration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long n = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    private static Object list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return text;
    }
}
