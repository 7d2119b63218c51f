package io.firn.broker.filter.sql;

import java.nio.charset.StandardCharsets;

/**
 * From operands and an operator to the condition that asks just that: what kind of operand stands on which side is
 * decided here, once, and not for each message. Operands are ones that the parser let through. Stateless.
 */
final class Equations {

    private Equations() {}

    /** {@code left = right}; neither is NULL. */
    static Condition equal(Operand left, Operand right) {
        return switch (left) {
            case Property property -> equal(property, right);
            case TextLiteral text -> equal(text, right);
            case NumberLiteral number -> equal(number, right);
            case Condition condition -> equal(condition, right);
        };
    }

    private static Condition equal(Property left, Operand right) {
        return switch (right) {
            case Property property -> new Comparison.EqualsProperty(left, property);
            case TextLiteral text -> new Comparison.EqualsText(left, text, Truth.UNKNOWN);
            case NumberLiteral number -> new Comparison.EqualsNumber(left, number, Truth.UNKNOWN);
            case Condition condition -> new Comparison.EqualsCondition(new Comparison.Spoken(left), condition);
        };
    }

    private static Condition equal(TextLiteral left, Operand right) {
        return switch (right) {
            case Property property -> new Comparison.EqualsText(property, left, Truth.FALSE);
            case TextLiteral text ->
                settled(left, " = ", text, Truth.of(left.text().equals(text.text())));
            case NumberLiteral number -> settled(left, " = ", number, equal(left, number));
            case Condition condition -> new Comparison.EqualsCondition(spoken(left), condition);
        };
    }

    private static Condition equal(NumberLiteral left, Operand right) {
        return switch (right) {
            case Property property -> new Comparison.EqualsNumber(property, left, Truth.FALSE);
            case TextLiteral text -> settled(left, " = ", text, equal(text, left));
            case NumberLiteral number -> settled(left, " = ", number, Truth.of(left.compareTo(number) == 0));
            case Condition condition -> settled(left, " = ", condition, Truth.FALSE);
        };
    }

    private static Condition equal(Condition left, Operand right) {
        return switch (right) {
            case Property property -> new Comparison.EqualsCondition(left, new Comparison.Spoken(property));
            case TextLiteral text -> new Comparison.EqualsCondition(left, spoken(text));
            case NumberLiteral number -> new Comparison.EqualsNothing(left, number);
            case Condition condition -> new Comparison.EqualsCondition(left, condition);
        };
    }

    private static Truth equal(TextLiteral text, NumberLiteral number) {
        byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
        int comparison = number.compare(bytes, 0, bytes.length);
        return comparison == NumberText.NO_NUMBER ? Truth.UNKNOWN : Truth.of(comparison == 0);
    }

    /** A text beside a condition: TRUE in any case, or not. */
    private static Condition spoken(TextLiteral text) {
        return new Condition.Always(Truth.of(text.text().equalsIgnoreCase("true")));
    }

    /** {@code operand IS NULL}. */
    static Condition isNull(Operand operand) {
        return switch (operand) {
            case Property property -> new Comparison.Missing(property);
            case Condition condition -> new Condition.Undecided(condition);
            case TextLiteral text -> new Comparison.Settled(text + " IS NULL", Truth.FALSE);
            case NumberLiteral number -> new Comparison.Settled(number + " IS NULL", Truth.FALSE);
        };
    }

    /** {@code left < right} and the like, of properties and numbers. */
    static Condition ordered(Operand left, Order order, Operand right) {
        if (left instanceof NumberLiteral number) {
            return right instanceof NumberLiteral other
                    ? settled(number, " " + order + " ", other, order.truth(number.compareTo(other)))
                    : new Comparison.Ordered((Property) right, order.mirrored(), number);
        }
        Property property = (Property) left;
        return right instanceof NumberLiteral number
                ? new Comparison.Ordered(property, order, number)
                : new Comparison.OrderedPair(property, order, (Property) right);
    }

    /** {@code operand CONTAINS 'part'} and the like; false of an empty part and of whatever is no text, in both senses. */
    static Condition part(Operand operand, TextCondition.Sense sense, TextCondition.Place place, TextLiteral part) {
        if (operand instanceof Property property && !part.isEmpty()) {
            return new TextCondition.Part(property, sense, place, part);
        }
        Truth truth = operand instanceof TextLiteral text && !part.isEmpty()
                ? sense.truth(place.has(part.text(), text.text()))
                : Truth.FALSE;
        return settled(operand, " " + sense + place + " ", part, truth);
    }

    private static Condition settled(Operand left, String operator, Operand right, Truth truth) {
        return new Comparison.Settled(left + operator + right, truth);
    }
}
