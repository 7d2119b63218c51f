package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;

/** A number: whole ones are kept and compared as such, all others as binary floating point of 64 bits. Immutable. */
record NumberLiteral(Kind kind, long whole, double decimal) implements Operand {

    enum Kind {
        WHOLE,
        DECIMAL
    }

    static NumberLiteral of(long whole) {
        return new NumberLiteral(Kind.WHOLE, whole, (double) whole);
    }

    static NumberLiteral of(double decimal) {
        return new NumberLiteral(Kind.DECIMAL, 0, decimal);
    }

    NumberLiteral negated() {
        return kind == Kind.WHOLE ? of(-whole) : of(-decimal);
    }

    int compareTo(NumberLiteral other) {
        return kind == Kind.WHOLE && other.kind == Kind.WHOLE
                ? Long.compare(whole, other.whole)
                : NumberText.compare(decimal, other.decimal);
    }

    /**
     * Compares the value that was found in {@code message} with this number: negative, zero, positive, or
     * {@link NumberText#NO_NUMBER}.
     */
    int compareFound(PropertyBytes message) {
        return compare(message.array(), message.valueOffset(), message.valueOffset() + message.valueLength());
    }

    int compare(byte[] text, int from, int to) {
        if (kind == Kind.WHOLE && NumberText.isWhole(text, from, to)) {
            return Long.compare(NumberText.whole(text, from, to), whole);
        }
        double value = NumberText.decimal(text, from, to);
        return Double.isNaN(value) ? NumberText.NO_NUMBER : NumberText.compare(value, decimal);
    }

    @Override
    public String toString() {
        return kind == Kind.WHOLE ? Long.toString(whole) : Double.toString(decimal);
    }
}
