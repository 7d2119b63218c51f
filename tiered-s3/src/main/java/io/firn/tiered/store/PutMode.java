package io.firn.tiered.store;

/** What a put does when the key already holds an object. */
public enum PutMode {
    /** Refused as {@link StoreException.Fenced} unless the object there is this very write ({@link WriteId}). */
    CREATE_ONLY,
    /** Replaces it. */
    OVERWRITE
}
