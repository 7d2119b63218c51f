package io.firn.broker.filter.sql;

import io.firn.broker.filter.sql.Token.Kind;
import io.firn.broker.wire.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression by recursive descent; from loose to tight:
 *
 * <pre>
 *   any        all { OR all }
 *   all        equal { AND equal }
 *   equal      compared { = compared | &lt;&gt; compared | IS [NOT] NULL }
 *   compared   signed { (&gt; | &gt;= | &lt; | &lt;=) signed | [NOT] (CONTAINS | STARTSWITH | ENDSWITH) text
 *                     | [NOT] BETWEEN signed AND signed | [NOT] IN ( text { , text } ) }
 *   signed     + signed | - signed | NOT signed | one
 *   one        text | number | TRUE | FALSE | NULL | property | ( any )
 * </pre>
 *
 * NOT is tight: {@code NOT a = 5} is {@code (NOT a) = 5}. Lengths and depths are bounded, so that no expression takes
 * the reading thread's stack or time: a parenthesis, a sign and an operator behind its operand are one level each. Owner:
 * one thread, one use.
 */
final class Parser {

    static final int MOST_CHARACTERS = 65_536;
    static final int MOST_OPERANDS = 2_048;
    static final int DEEPEST = 64;

    private static final String BOUNDS = "BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH";

    private final Lexer lexer;
    private final OperandRules rules;
    private Token token;
    /** Levels around the token and in what was read before it: they are below the operator that follows. */
    private int depth;

    private int operands;

    private Parser(Lexer lexer) {
        this.lexer = lexer;
        this.rules = new OperandRules(lexer);
        this.token = lexer.next();
    }

    /** @throws RequestException SUBSCRIPTION_PARSE_FAILED that says where and why this is no condition */
    static Condition parse(String sql) {
        Lexer lexer = new Lexer(sql);
        if (sql.length() > MOST_CHARACTERS) {
            throw lexer.failure(0, "longer than " + MOST_CHARACTERS + " characters: " + sql.length());
        }
        Parser parser = new Parser(lexer);
        int start = parser.token.start();
        Condition whole = parser.rules.condition(parser.any(), start);
        if (parser.token.kind() != Kind.END) {
            throw parser.expected("an operator or the end");
        }
        return whole;
    }

    private Operand any() {
        return joined(Kind.OR, this::all, Condition.AnyOf::new);
    }

    private Operand all() {
        return joined(Kind.AND, this::equal, Condition.AllOf::new);
    }

    private Operand joined(Kind word, Level part, Function<List<Condition>, Condition> join) {
        int start = token.start();
        int level = depth;
        Operand first = part.read();
        if (token.kind() != word) {
            return first;
        }
        List<Condition> parts = new ArrayList<>();
        parts.add(rules.condition(first, start));
        while (take(word)) {
            int next = token.start();
            parts.add(rules.condition(beside(level, part), next));
        }
        return join.apply(List.copyOf(parts));
    }

    private Operand equal() {
        int start = token.start();
        int level = depth;
        Operand left = compared();
        while (true) {
            int operator = token.start();
            if (take(Kind.EQUAL)) {
                left = equation(left, start, level);
            } else if (take(Kind.NOT_EQUAL)) {
                left = new Condition.Not(equation(left, start, level));
            } else if (take(Kind.IS)) {
                boolean negative = take(Kind.NOT);
                require(Kind.NULL);
                Condition isNull = Equations.isNull(left);
                left = negative ? new Condition.Not(isNull) : isNull;
            } else {
                return left;
            }
            deepen(operator);
        }
    }

    private Condition equation(Operand left, int leftStart, int level) {
        int rightStart = token.start();
        Operand right = beside(level, this::compared);
        rules.requireValue(left, leftStart);
        rules.requireValue(right, rightStart);
        rules.requireSameKind(left, right, rightStart);
        return Equations.equal(left, right);
    }

    private Operand compared() {
        int start = token.start();
        Operand left = signed();
        while (true) {
            int operator = token.start();
            Order order = order(token.kind());
            if (order != null) {
                advance();
                int rightStart = token.start();
                left = ordered(left, start, order, signed(), rightStart);
            } else if (take(Kind.NOT)) {
                Condition right = matched(left, start, TextCondition.Sense.IS_NOT);
                if (right == null) {
                    throw expected(BOUNDS + " after NOT");
                }
                left = right;
            } else {
                Condition right = matched(left, start, TextCondition.Sense.IS);
                if (right == null) {
                    return left;
                }
                left = right;
            }
            deepen(operator);
        }
    }

    private static @Nullable Order order(Kind kind) {
        return switch (kind) {
            case LESS -> Order.LESS;
            case AT_MOST -> Order.AT_MOST;
            case MORE -> Order.MORE;
            case AT_LEAST -> Order.AT_LEAST;
            default -> null;
        };
    }

    /** What follows an operand and may be negated; null when none of it is next. */
    private @Nullable Condition matched(Operand left, int start, TextCondition.Sense sense) {
        Kind kind = token.kind();
        return switch (kind) {
            case BETWEEN -> between(left, start, sense);
            case IN -> oneOf(left, start, sense);
            case CONTAINS -> part(left, sense, TextCondition.Place.CONTAINS);
            case STARTSWITH -> part(left, sense, TextCondition.Place.STARTSWITH);
            case ENDSWITH -> part(left, sense, TextCondition.Place.ENDSWITH);
            default -> null;
        };
    }

    private Condition part(Operand left, TextCondition.Sense sense, TextCondition.Place place) {
        advance();
        return Equations.part(
                left, sense, place, new TextLiteral(require(Kind.TEXT).text()));
    }

    private Condition oneOf(Operand left, int start, TextCondition.Sense sense) {
        advance();
        Property property = rules.property(left, start);
        require(Kind.OPEN);
        List<TextLiteral> texts = new ArrayList<>();
        texts.add(new TextLiteral(require(Kind.TEXT).text()));
        while (take(Kind.COMMA)) {
            texts.add(new TextLiteral(require(Kind.TEXT).text()));
        }
        if (!take(Kind.CLOSE)) {
            throw expected(", or )");
        }
        return new TextCondition.OneOf(property, sense, texts);
    }

    private Condition between(Operand left, int start, TextCondition.Sense sense) {
        advance();
        int lowStart = token.start();
        Operand low = signed();
        require(Kind.AND);
        int highStart = token.start();
        Operand high = signed();
        if (sense == TextCondition.Sense.IS_NOT) {
            return new Condition.AnyOf(List.of(
                    ordered(left, start, Order.LESS, low, lowStart),
                    ordered(left, start, Order.MORE, high, highStart)));
        }
        if (low instanceof NumberLiteral from && high instanceof NumberLiteral to && from.compareTo(to) > 0) {
            throw lexer.failure(
                    lowStart, "nothing is BETWEEN " + from + " AND " + to + ": the smaller one comes first");
        }
        return new Condition.AllOf(List.of(
                ordered(left, start, Order.AT_LEAST, low, lowStart),
                ordered(left, start, Order.AT_MOST, high, highStart)));
    }

    private Condition ordered(Operand left, int leftStart, Order order, Operand right, int rightStart) {
        rules.requireNumber(left, leftStart);
        rules.requireNumber(right, rightStart);
        return Equations.ordered(left, order, right);
    }

    private Operand signed() {
        int start = token.start();
        if (take(Kind.PLUS)) {
            return deeper(this::signed, start);
        }
        if (take(Kind.MINUS)) {
            if (deeper(this::signed, start) instanceof NumberLiteral number) {
                return number.negated();
            }
            throw lexer.failure(start, "- stands before numbers only: there is no arithmetic");
        }
        if (take(Kind.NOT)) {
            int next = token.start();
            return new Condition.Not(rules.condition(deeper(this::signed, start), next));
        }
        return one();
    }

    private Operand one() {
        Token first = token;
        if (take(Kind.OPEN)) {
            Operand inner = deeper(this::any, first.start());
            if (!take(Kind.CLOSE)) {
                throw expected("an operator, or ) for the ( at " + lexer.place(first.start()));
            }
            return inner;
        }
        if (++operands > MOST_OPERANDS) {
            throw lexer.failure(first.start(), "more than " + MOST_OPERANDS + " properties and literals");
        }
        Operand found = switch (first.kind()) {
            case TEXT -> new TextLiteral(first.text());
            case WHOLE -> whole(first);
            case DECIMAL -> decimal(first);
            case TRUE -> new Condition.Always(Truth.TRUE);
            case FALSE -> new Condition.Always(Truth.FALSE);
            case NULL -> new Condition.Always(Truth.UNKNOWN);
            case NAME -> new Property(first.text());
            default -> throw expected("a property, a text, a number, TRUE, FALSE, NULL, NOT or (");
        };
        advance();
        return found;
    }

    private NumberLiteral whole(Token digits) {
        try {
            return NumberLiteral.of(Long.parseLong(digits.text()));
        } catch (NumberFormatException e) {
            throw lexer.failure(digits.start(), digits.text() + " is above " + Long.MAX_VALUE);
        }
    }

    private NumberLiteral decimal(Token digits) {
        double value = Double.parseDouble(digits.text());
        if (Double.isInfinite(value)) {
            throw lexer.failure(digits.start(), digits.text() + " is above " + Double.MAX_VALUE);
        }
        return NumberLiteral.of(value);
    }

    /** One level of the recursion. */
    private interface Level {
        Operand read();
    }

    private Operand deeper(Level level, int start) {
        deepen(start);
        return level.read();
    }

    private void deepen(int start) {
        if (++depth > DEEPEST) {
            throw lexer.failure(
                    start, "nested more than " + DEEPEST + " deep by parentheses, signs, and operators in a row");
        }
    }

    /** Reads another operand of the operator that begins at this depth; the deeper one counts. */
    private Operand beside(int outer, Level level) {
        int deepest = depth;
        depth = outer;
        Operand read = level.read();
        depth = Math.max(depth, deepest);
        return read;
    }

    private boolean take(Kind kind) {
        boolean next = token.kind() == kind;
        if (next) {
            advance();
        }
        return next;
    }

    private Token require(Kind kind) {
        Token found = token;
        if (!take(kind)) {
            throw expected(kind.toString());
        }
        return found;
    }

    private void advance() {
        token = lexer.next();
    }

    private RequestException expected(String what) {
        return lexer.failure(token.start(), "expected " + what + ", found " + token.spoken());
    }
}
