package io.firn.broker.plugin.jar;

/** A plugin that cannot be used; the message names the jar or plugin, what is wrong with it and what to do. */
public final class PluginException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PluginException(String message) {
        super(message);
    }

    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
