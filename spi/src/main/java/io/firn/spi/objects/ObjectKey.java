package io.firn.spi.objects;

/**
 * Names one object of one plugin. Immutable; any thread; good as a map key.
 *
 * @param plugin id of the plugin whose object it is
 * @param name 1 to 500 characters, in parts of 1 to 200 Latin letters, digits and {@code . _ -}, separated by single slashes;
 *     no part is {@code .} or {@code ..}. One name should not be the directory of another ({@code a} beside {@code a/b}):
 *     not every storage keeps both
 * @since 1.0
 */
public record ObjectKey(String plugin, String name) {

    /**
     * The most characters of a name.
     *
     * @since 1.0
     */
    public static final int MAX_NAME = 500;

    private static final String PART = "(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,200}";

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the plugin is blank or the name is none
     * @since 1.0
     */
    public ObjectKey {
        if (plugin.isBlank()) {
            throw new IllegalArgumentException("an object's plugin is not blank");
        }
        if (name.length() > MAX_NAME || !name.matches(PART + "(/" + PART + ")*")) {
            throw new IllegalArgumentException("an object's name is 1 to " + MAX_NAME + " characters, parts of 1 to 200"
                    + " letters, digits and . _ - separated by /, not '" + name + "'");
        }
    }

    /** {@code plugin/name}. */
    @Override
    public String toString() {
        return plugin + "/" + name;
    }
}
