package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the text of a property is one of several, or has another text in it. Immutable. */
sealed interface TextCondition extends Condition {

    /** What is asked, or its opposite. */
    enum Sense {
        IS(""),
        IS_NOT("NOT ");

        private final String prefix;

        Sense(String prefix) {
            this.prefix = prefix;
        }

        Truth truth(boolean found) {
            return Truth.of(found == (this == IS));
        }

        @Override
        public String toString() {
            return prefix;
        }
    }

    /** Where one text is looked for in another. */
    enum Place {
        CONTAINS,
        STARTSWITH,
        ENDSWITH;

        boolean has(TextLiteral part, PropertyBytes message) {
            return switch (this) {
                case CONTAINS -> part.standsIn(message);
                case STARTSWITH -> part.standsAt(0, message);
                case ENDSWITH -> part.standsAt(message.valueLength() - part.bytes().length, message);
            };
        }

        boolean has(String part, String text) {
            return switch (this) {
                case CONTAINS -> text.contains(part);
                case STARTSWITH -> text.startsWith(part);
                case ENDSWITH -> text.endsWith(part);
            };
        }
    }

    /**
     * {@code [NOT] CONTAINS}, {@code STARTSWITH}, {@code ENDSWITH}. As in RocketMQ both senses are false, not unknown,
     * of a property that is not there.
     */
    record Part(Property property, Sense sense, Place place, TextLiteral part) implements TextCondition {

        @Override
        public Truth test(PropertyBytes message) {
            return property.isIn(message) ? sense.truth(place.has(part, message)) : Truth.FALSE;
        }

        @Override
        public String toString() {
            return "(" + property + " " + sense + place + " " + part + ")";
        }
    }

    /** {@code [NOT] IN}; unknown of a property that is not there. */
    final class OneOf implements TextCondition {

        private final Property property;
        private final Sense sense;
        private final List<TextLiteral> texts;
        /** The texts in the order of their bytes, each once. */
        private final byte[][] sorted;

        OneOf(Property property, Sense sense, List<TextLiteral> texts) {
            this.property = property;
            this.sense = sense;
            this.texts = List.copyOf(texts);
            this.sorted = texts.stream()
                    .map(TextLiteral::bytes)
                    .sorted(Arrays::compareUnsigned)
                    .toArray(byte[][]::new);
        }

        @Override
        public Truth test(PropertyBytes message) {
            return property.isIn(message) ? sense.truth(isListed(message)) : Truth.UNKNOWN;
        }

        private boolean isListed(PropertyBytes message) {
            int from = message.valueOffset();
            int to = from + message.valueLength();
            int low = 0;
            int high = sorted.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                byte[] text = sorted[middle];
                int comparison = Arrays.compareUnsigned(text, 0, text.length, message.array(), from, to);
                if (comparison == 0) {
                    return true;
                }
                low = comparison < 0 ? middle + 1 : low;
                high = comparison > 0 ? middle - 1 : high;
            }
            return false;
        }

        @Override
        public String toString() {
            return texts.stream()
                    .map(TextLiteral::toString)
                    .collect(Collectors.joining(", ", "(" + property + " " + sense + "IN (", "))"));
        }
    }
}
