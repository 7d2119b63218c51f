package io.firn.broker.filter.sql;

/** The operators that ask which of two numbers is larger. */
enum Order {
    LESS("<"),
    AT_MOST("<="),
    MORE(">"),
    AT_LEAST(">=");

    private final String symbol;

    Order(String symbol) {
        this.symbol = symbol;
    }

    /** What a comparison of left with right says; {@link NumberText#NO_NUMBER} says nothing. */
    Truth truth(int comparison) {
        if (comparison == NumberText.NO_NUMBER) {
            return Truth.UNKNOWN;
        }
        return Truth.of(
                switch (this) {
                    case LESS -> comparison < 0;
                    case AT_MOST -> comparison <= 0;
                    case MORE -> comparison > 0;
                    case AT_LEAST -> comparison >= 0;
                });
    }

    /** The operator when left and right change places. */
    Order mirrored() {
        return switch (this) {
            case LESS -> MORE;
            case AT_MOST -> AT_LEAST;
            case MORE -> LESS;
            case AT_LEAST -> AT_MOST;
        };
    }

    @Override
    public String toString() {
        return symbol;
    }
}
