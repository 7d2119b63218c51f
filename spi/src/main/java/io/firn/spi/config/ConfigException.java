package io.firn.spi.config;

/**
 * A plugin's configuration can not be used. The message names key, value (unless secret) and what is allowed. Also for
 * the constructors of configuration records, for rules about several keys.
 *
 * @since 1.0
 */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message key, value, what is allowed
     * @since 1.0
     */
    public ConfigException(String message) {
        super(message);
    }
}
