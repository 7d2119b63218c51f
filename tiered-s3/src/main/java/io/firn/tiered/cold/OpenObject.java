package io.firn.tiered.cold;

import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.RpkReader;

/** An archived object whose index is in memory. */
record OpenObject(ObjectRef ref, RpkReader index) {}
