package io.firn.broker.filter.sql;

/**
 * What stands beside an operator: a property, a literal, or a condition, whose truth is a value too. {@code toString} is
 * SQL again, of the same meaning.
 */
sealed interface Operand permits Property, TextLiteral, NumberLiteral, Condition {}
