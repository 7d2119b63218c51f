package io.firn.broker.filter.sql;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Expressions of the whole grammar, and messages for them, by chance. */
final class RandomSql {

    private static final String[] NAMES = {"a", "b", "c", "num", "$x", "_y1", "absent"};
    private static final String[] TEXTS = {"", "a", "ab", "abc", "b", "true", "FALSE", "5", "-7", "it's", "größe", "x y"
    };
    private static final String[] NUMBERS = {
        "0", "1", "5", "7", "2147483647", "3000000000", "9007199254740993", "5.5", ".5", "1e3"
    };
    private static final String[] ORDERS = {"<", "<=", ">", ">="};
    private static final String[] PLACES = {"CONTAINS", "STARTSWITH", "ENDSWITH"};
    private static final String[] BLANKS = {" ", "  ", "\t", "\n", " /* and */ ", " -- or\n"};

    private final Random random;

    RandomSql(Random random) {
        this.random = random;
    }

    /** A condition; {@code depth} bounds how deep it is nested. */
    String condition(int depth) {
        if (depth <= 0) {
            return comparison(0);
        }
        return switch (random.nextInt(6)) {
            case 0 -> list(depth, "AND");
            case 1 -> list(depth, "OR");
            case 2 -> keyword("NOT") + blank() + "(" + condition(depth - 1) + ")";
            case 3 -> "(" + condition(depth - 1) + ")";
            default -> comparison(depth);
        };
    }

    private String list(int depth, String operator) {
        StringBuilder text = new StringBuilder("(" + condition(depth - 1) + ")");
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            text.append(blank())
                    .append(keyword(operator))
                    .append(blank())
                    .append('(')
                    .append(condition(depth - 1))
                    .append(')');
        }
        return text.toString();
    }

    private String comparison(int depth) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> value(depth) + blank() + pick("=", "<>") + blank() + value(depth);
            case 2, 3 -> numeric() + blank() + pick(ORDERS) + blank() + numeric();
            case 4 ->
                property()
                        + blank()
                        + not()
                        + keyword("BETWEEN")
                        + blank()
                        + property()
                        + blank()
                        + keyword("AND")
                        + blank()
                        + numeric();
            case 5 -> property() + blank() + not() + keyword("IN") + blank() + "(" + texts() + ")";
            case 6 -> value(depth) + blank() + not() + keyword(pick(PLACES)) + blank() + text();
            case 7 -> value(depth) + blank() + keyword("IS") + blank() + not() + keyword("NULL");
            case 8 -> random.nextBoolean() ? property() : property() + " = " + keyword(pick("TRUE", "FALSE"));
            default -> keyword(pick("TRUE", "FALSE", "NULL"));
        };
    }

    /** What may stand beside an equals sign; a literal truth only on the right, where every other literal is taken. */
    private String value(int depth) {
        return switch (random.nextInt(5)) {
            case 0 -> text();
            case 1 -> number();
            case 2 -> depth > 0 ? "((NOT (" + condition(depth - 1) + ")) = (a = a))" : property();
            default -> property();
        };
    }

    private String numeric() {
        return random.nextBoolean() ? property() : number();
    }

    private String number() {
        return pick("", "", "- ", "+ ", "- - ") + pick(NUMBERS);
    }

    private String texts() {
        StringBuilder texts = new StringBuilder(text());
        for (int i = random.nextInt(8); i > 0; i--) {
            texts.append(blank()).append(',').append(text());
        }
        return texts.toString();
    }

    private String text() {
        return "'" + pick(TEXTS).replace("'", "''") + "'";
    }

    private String property() {
        return pick(NAMES);
    }

    private String not() {
        return random.nextBoolean() ? keyword("NOT") + blank() : "";
    }

    private String keyword(String word) {
        return random.nextInt(4) == 0 ? word.toLowerCase(Locale.ROOT) : word;
    }

    private String blank() {
        return random.nextInt(5) == 0 ? pick(BLANKS) : " ";
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    /** Properties of a message: some of the names, with texts and numbers. */
    Map<String, String> message() {
        Map<String, String> message = new LinkedHashMap<>();
        for (String name : NAMES) {
            if (!name.equals("absent") && random.nextInt(4) > 0) {
                String value = random.nextBoolean() ? pick(TEXTS) : pick("", "-") + pick(NUMBERS);
                // two zeros are one of the known differences
                if (!value.isEmpty() && !value.equals("-0")) {
                    message.put(name, value);
                }
            }
        }
        return message;
    }
}
