package io.firn.tiered.operator;

import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStores;

/**
 * An archive that is read.
 *
 * @param location of the store, without secrets
 * @param cancel ends requests when the plugin stops
 */
public record Served(Archive archive, ColdReads reads, ObjectStores stores, String location, CancelToken cancel) {}
