package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;
import java.util.List;
import java.util.stream.Collectors;

/** What is true of a message, false, or neither. Immutable; asking allocates nothing. */
sealed interface Condition extends Operand
        permits Comparison,
                TextCondition,
                Condition.AllOf,
                Condition.AnyOf,
                Condition.Not,
                Condition.Always,
                Condition.Bare,
                Condition.Undecided {

    /** The truth about the message with these properties. */
    Truth test(PropertyBytes message);

    /** {@code AND}: false as soon as one part is, unknown when one is unknown and none false. */
    record AllOf(List<Condition> parts) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            Truth all = Truth.TRUE;
            for (int i = 0; i < parts.size(); i++) {
                Truth part = parts.get(i).test(message);
                if (part == Truth.FALSE) {
                    return part;
                }
                all = part == Truth.UNKNOWN ? part : all;
            }
            return all;
        }

        @Override
        public String toString() {
            return parts.stream().map(Condition::toString).collect(Collectors.joining(" AND ", "(", ")"));
        }
    }

    /** {@code OR}: true as soon as one part is, unknown when one is unknown and none true. */
    record AnyOf(List<Condition> parts) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            Truth any = Truth.FALSE;
            for (int i = 0; i < parts.size(); i++) {
                Truth part = parts.get(i).test(message);
                if (part == Truth.TRUE) {
                    return part;
                }
                any = part == Truth.UNKNOWN ? part : any;
            }
            return any;
        }

        @Override
        public String toString() {
            return parts.stream().map(Condition::toString).collect(Collectors.joining(" OR ", "(", ")"));
        }
    }

    /** {@code NOT}. */
    record Not(Condition part) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            return part.test(message).negated();
        }

        @Override
        public String toString() {
            return "(NOT " + part + ")";
        }
    }

    /** {@code TRUE}, {@code FALSE} or {@code NULL}. */
    record Always(Truth truth) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            return truth;
        }

        @Override
        public String toString() {
            return truth == Truth.UNKNOWN ? "NULL" : truth.name();
        }
    }

    /** A property that stands where a condition is expected: a text is never true, whatever it says. */
    record Bare(Property property) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            return property.isIn(message) ? Truth.FALSE : Truth.UNKNOWN;
        }

        @Override
        public String toString() {
            return property.toString();
        }
    }

    /** {@code IS NULL} behind a condition. */
    record Undecided(Condition part) implements Condition {

        @Override
        public Truth test(PropertyBytes message) {
            return Truth.of(part.test(message) == Truth.UNKNOWN);
        }

        @Override
        public String toString() {
            return "(" + part + " IS NULL)";
        }
    }
}
