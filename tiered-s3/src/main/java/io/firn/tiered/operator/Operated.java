package io.firn.tiered.operator;

import io.firn.tiered.archive.Archiver;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.retention.Upkeep;
import io.firn.tiered.state.StateKeeper;
import io.firn.tiered.store.CancelToken;

/** What operators look at: an archive that is read, and what writes it. */
public record Operated(Served served, Archiver archiver, Upkeep upkeep, StateKeeper keeper) {
    public Archive archive() {
        return served.archive();
    }

    public ColdReads reads() {
        return served.reads();
    }

    CancelToken cancel() {
        return served.cancel();
    }
}
