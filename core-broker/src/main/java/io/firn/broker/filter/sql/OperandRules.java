package io.firn.broker.filter.sql;

import io.firn.broker.wire.RequestException;

/**
 * Which operands an operator takes; what it does not take is refused with its place, in characters from 0. Owner: one
 * parser, one use.
 */
final class OperandRules {

    private final Lexer lexer;

    OperandRules(Lexer lexer) {
        this.lexer = lexer;
    }

    /** The operand where a condition has to stand. */
    Condition condition(Operand operand, int start) {
        return switch (operand) {
            case Condition condition -> condition;
            case Property property -> new Condition.Bare(property);
            case TextLiteral text -> throw noCondition(text, start);
            case NumberLiteral number -> throw noCondition(number, start);
        };
    }

    private RequestException noCondition(Operand operand, int start) {
        return lexer.failure(
                start, "expected a condition, found " + spoken(operand) + " that is compared with nothing");
    }

    /** The operand on the left of {@code IN}. */
    Property property(Operand operand, int start) {
        if (operand instanceof Property property) {
            return property;
        }
        throw lexer.failure(start, "IN asks for a property, and this is " + spoken(operand));
    }

    /** An order is one of numbers, and of properties, which may be some. */
    void requireNumber(Operand operand, int start) {
        if (operand instanceof Condition.Not) {
            throw lexer.failure(start, "a condition is no number; NOT binds tighter than < and BETWEEN: NOT (a < 5)");
        }
        if (!(operand instanceof Property) && !(operand instanceof NumberLiteral)) {
            throw lexer.failure(
                    start, "<, <=, >, >= and BETWEEN compare properties and numbers, and this is " + spoken(operand));
        }
    }

    /** An equation is one of values, and NULL is none. */
    void requireValue(Operand operand, int start) {
        if (operand instanceof Condition.Always always && always.truth() == Truth.UNKNOWN) {
            throw lexer.failure(start, "nothing equals NULL: use IS NULL or IS NOT NULL");
        }
    }

    /** TRUE and FALSE on the left have no other literal on their right. */
    void requireSameKind(Operand left, Operand right, int rightStart) {
        if (left instanceof Condition.Always && (right instanceof NumberLiteral || right instanceof TextLiteral)) {
            throw lexer.failure(rightStart, left + " can not be equal to " + right);
        }
    }

    private static String spoken(Operand operand) {
        return switch (operand) {
            case Condition condition -> "a condition";
            case Property property -> "the property " + property;
            case TextLiteral text -> "the text " + text;
            case NumberLiteral number -> "the number " + number;
        };
    }
}
