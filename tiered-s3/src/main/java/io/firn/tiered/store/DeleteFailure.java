package io.firn.tiered.store;

/** A key that a batch delete left behind, and why in the store's words. */
public record DeleteFailure(String key, StoreException cause) {}
