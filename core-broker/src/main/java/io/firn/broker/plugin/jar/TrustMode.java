package io.firn.broker.plugin.jar;

/** What happens to a plugin jar that is neither listed nor signed by a listed key. */
public enum TrustMode {
    /** Every jar in the plugin directory is loaded; nobody looks. */
    OFF,
    /** It is loaded, and said so. */
    WARN,
    /** It is not loaded. */
    ENFORCE
}
