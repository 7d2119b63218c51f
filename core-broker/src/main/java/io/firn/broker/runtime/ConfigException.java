package io.firn.broker.runtime;

/** A configuration value that can not be used; the message names key, value and what is allowed. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String key, String value, String expected) {
        super("configuration " + key + "=" + value + ": expected " + expected);
    }

    public ConfigException(String message) {
        super(message);
    }
}
