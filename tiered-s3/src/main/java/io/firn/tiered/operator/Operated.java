package io.firn.tiered.operator;

import io.firn.tiered.archive.Archiver;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.retention.Upkeep;
import io.firn.tiered.state.StateKeeper;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStores;

/**
 * What operators look at.
 *
 * @param location of the store, without secrets
 * @param cancel ends requests when the plugin stops
 */
public record Operated(
        Archive archive,
        Archiver archiver,
        ColdReads reads,
        Upkeep upkeep,
        StateKeeper keeper,
        ObjectStores stores,
        String location,
        CancelToken cancel) {}
