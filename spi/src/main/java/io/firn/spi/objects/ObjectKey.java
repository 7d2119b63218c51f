package io.firn.spi.objects;

/**
 * Names one object of one plugin. Immutable; any thread; good as a map key.
 *
 * @param plugin id of the plugin whose object it is
 * @param name 1 to 500 letters, digits and characters of {@code . _ - + = % |}, in parts separated by single slashes; no
 *     part is {@code .} or {@code ..}
 * @since 1.0
 */
public record ObjectKey(String plugin, String name) {

    /**
     * The most characters of a name.
     *
     * @since 1.0
     */
    public static final int MAX_NAME = 500;

    private static final String PART = "(?!\\.{1,2}(/|$))[A-Za-z0-9._+=%|-]+";

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
            throw new IllegalArgumentException("an object's name is 1 to " + MAX_NAME
                    + " letters, digits and . _ - + = %" + " |, in parts separated by /, not '" + name + "'");
        }
    }

    /** {@code plugin/name}. */
    @Override
    public String toString() {
        return plugin + "/" + name;
    }
}
