package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;
import java.util.Arrays;

/**
 * Two operands and whether they are equal, or which is larger. A property that is not there makes an order unknown; in
 * an equation it matters on which side it stands, as in RocketMQ: unknown on the left, false on the right, and two that
 * are both not there are equal. A text that is no number is unknown beside one. Immutable.
 */
sealed interface Comparison extends Condition {

    /** {@code property < number} and the like. */
    record Ordered(Property property, Order order, NumberLiteral number) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            return property.isIn(message) ? order.truth(number.compareFound(message)) : Truth.UNKNOWN;
        }

        @Override
        public String toString() {
            return "(" + property + " " + order + " " + number + ")";
        }
    }

    /** {@code property < property} and the like: both are read as numbers. */
    record OrderedPair(Property left, Order order, Property right) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            if (!left.isIn(message)) {
                return Truth.UNKNOWN;
            }
            int from = message.valueOffset();
            int to = from + message.valueLength();
            if (!right.isIn(message)) {
                return Truth.UNKNOWN;
            }
            int other = message.valueOffset();
            return order.truth(NumberText.compare(message.array(), from, to, other, other + message.valueLength()));
        }

        @Override
        public String toString() {
            return "(" + left + " " + order + " " + right + ")";
        }
    }

    /** {@code property = 'text'}, or the reverse. */
    record EqualsText(Property property, TextLiteral text, Truth ifAbsent) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            return property.isIn(message) ? Truth.of(text.equalsFound(message)) : ifAbsent;
        }

        @Override
        public String toString() {
            return equation(property, text, ifAbsent);
        }
    }

    /** {@code property = number}, or the reverse. */
    record EqualsNumber(Property property, NumberLiteral number, Truth ifAbsent) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            if (!property.isIn(message)) {
                return ifAbsent;
            }
            int comparison = number.compareFound(message);
            return comparison == NumberText.NO_NUMBER ? Truth.UNKNOWN : Truth.of(comparison == 0);
        }

        @Override
        public String toString() {
            return equation(property, number, ifAbsent);
        }
    }

    /** {@code property = property}: the same text. */
    record EqualsProperty(Property left, Property right) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            boolean there = left.isIn(message);
            int from = message.valueOffset();
            int to = from + message.valueLength();
            if (!right.isIn(message)) {
                return Truth.of(!there);
            }
            int other = message.valueOffset();
            byte[] bytes = message.array();
            return there
                    ? Truth.of(Arrays.equals(bytes, from, to, bytes, other, other + message.valueLength()))
                    : Truth.UNKNOWN;
        }

        @Override
        public String toString() {
            return "(" + left + " = " + right + ")";
        }
    }

    /** {@code condition = condition}. */
    record EqualsCondition(Condition left, Condition right) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            Truth one = left.test(message);
            Truth other = right.test(message);
            return one == Truth.UNKNOWN && other != Truth.UNKNOWN ? Truth.UNKNOWN : Truth.of(one == other);
        }

        @Override
        public String toString() {
            return "(" + left + " = " + right + ")";
        }
    }

    /** {@code condition = number}: never equal. */
    record EqualsNothing(Condition left, NumberLiteral right) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            return left.test(message) == Truth.UNKNOWN ? Truth.UNKNOWN : Truth.FALSE;
        }

        @Override
        public String toString() {
            return "(" + left + " = " + right + ")";
        }
    }

    /** {@code property IS NULL}. */
    record Missing(Property property) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            return Truth.of(!property.isIn(message));
        }

        @Override
        public String toString() {
            return "(" + property + " IS NULL)";
        }
    }

    /** A property read as a truth, beside a condition in an equation: the text {@code true} in any case, or not. */
    record Spoken(Property property) implements Comparison {

        private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
        private static final int LOWER_CASE = 0x20;

        @Override
        public Truth test(PropertyBytes message) {
            if (!property.isIn(message)) {
                return Truth.UNKNOWN;
            }
            boolean same = message.valueLength() == TRUE.length;
            for (int i = 0; same && i < TRUE.length; i++) {
                same = (message.array()[message.valueOffset() + i] | LOWER_CASE) == TRUE[i];
            }
            return Truth.of(same);
        }

        @Override
        public String toString() {
            return property.toString();
        }
    }

    /** A comparison of literals, whose outcome is known before any message. */
    record Settled(String text, Truth truth) implements Comparison {

        @Override
        public Truth test(PropertyBytes message) {
            return truth;
        }

        @Override
        public String toString() {
            return "(" + text + ")";
        }
    }

    private static String equation(Operand property, Operand literal, Truth ifAbsent) {
        return ifAbsent == Truth.UNKNOWN
                ? "(" + property + " = " + literal + ")"
                : "(" + literal + " = " + property + ")";
    }
}
