package io.firn.spi.metrics;

/**
 * A label of a series. Immutable.
 *
 * @param name letters, digits and underscores, not beginning with a digit
 * @param value any text, of few: each value is a series of its own
 * @since 1.0
 */
public record Label(String name, String value) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public Label {
        if (!name.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
            throw new IllegalArgumentException("a label's name has letters, digits, underscores: '" + name + "'");
        }
    }
}
