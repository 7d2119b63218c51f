package io.firn.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** What Firn is held to in one row of the table. */
sealed interface Goal {
    /** Whether the goal is met; {@code ratio} is Firn divided by Apache and absent without both. */
    boolean met(double firn, OptionalDouble ratio);

    /** The goal as it stands in the table. */
    String text();

    /** A row for comparison only. */
    record None() implements Goal {
        @Override
        public boolean met(double firn, OptionalDouble ratio) {
            return true;
        }

        @Override
        public String text() {
            return "";
        }
    }

    /** At most this share of Apache's value. */
    record RatioAtMost(double limit) implements Goal {
        @Override
        public boolean met(double firn, OptionalDouble ratio) {
            return ratio.isPresent() && ratio.getAsDouble() <= limit;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "<= %.2fx", limit);
        }
    }

    /** At least this multiple of Apache's value. */
    record RatioAtLeast(double limit) implements Goal {
        @Override
        public boolean met(double firn, OptionalDouble ratio) {
            return ratio.isPresent() && ratio.getAsDouble() >= limit;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, ">= %.2fx", limit);
        }
    }

    /** Firn's own value at most this. */
    record AtMost(double limit) implements Goal {
        @Override
        public boolean met(double firn, OptionalDouble ratio) {
            return firn <= limit;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "<= %s", Table.number(limit));
        }
    }

    /** Firn's own value at least this. */
    record AtLeast(double limit) implements Goal {
        @Override
        public boolean met(double firn, OptionalDouble ratio) {
            return firn >= limit;
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, ">= %s", Table.number(limit));
        }
    }
}
