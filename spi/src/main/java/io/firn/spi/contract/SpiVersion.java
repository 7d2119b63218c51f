package io.firn.spi.contract;

/**
 * The version of this SPI, by semantic versioning; it moves apart from the broker's version.
 *
 * @since 1.0
 */
public final class SpiVersion {

    private SpiVersion() {}

    /**
     * The version of the SPI that is running, {@code major.minor.patch}. A method, because the compiler would copy a
     * constant into the plugin and the plugin would see the version it was built with.
     *
     * @since 1.0
     */
    public static String current() {
        return "1.0.0";
    }
}
