package io.firn.tiered.cold;

import java.util.UUID;

/** A frame of an object. */
record FrameKey(UUID object, int frame) {}
