package io.firn.broker.filter.sql;

/**
 * A piece of an expression.
 *
 * @param text the piece itself; of a text in quotes, what they mean
 * @param start where it starts in the expression, in characters from 0
 */
record Token(Kind kind, String text, int start) {

    /** What a piece can be, and how an error speaks of it. */
    enum Kind {
        NAME("a property"),
        TEXT("a text in quotes"),
        WHOLE("a number"),
        DECIMAL("a number"),
        AND("AND"),
        OR("OR"),
        NOT("NOT"),
        IS("IS"),
        NULL("NULL"),
        TRUE("TRUE"),
        FALSE("FALSE"),
        IN("IN"),
        BETWEEN("BETWEEN"),
        CONTAINS("CONTAINS"),
        STARTSWITH("STARTSWITH"),
        ENDSWITH("ENDSWITH"),
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        AT_MOST("<="),
        MORE(">"),
        AT_LEAST(">="),
        PLUS("+"),
        MINUS("-"),
        OPEN("("),
        CLOSE(")"),
        COMMA(","),
        END("the end");

        private final String spoken;

        Kind(String spoken) {
            this.spoken = spoken;
        }

        boolean isKeyword() {
            return compareTo(AND) >= 0 && compareTo(ENDSWITH) <= 0;
        }

        @Override
        public String toString() {
            return spoken;
        }
    }

    /** How an error names it. */
    String spoken() {
        return switch (kind) {
            case NAME, WHOLE, DECIMAL -> kind + " (" + text + ")";
            case TEXT -> "a text ('" + text + "')";
            default -> kind.toString();
        };
    }
}
