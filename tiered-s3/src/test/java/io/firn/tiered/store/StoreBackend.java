package io.firn.tiered.store;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A running store for the contract suite. */
interface StoreBackend extends AutoCloseable {
    /** What not every store does; a test that needs one is skipped where the back end lacks it. */
    enum Trait {
        /** HEAD returns the CRC-32C that was sent, and a wrong one is refused. */
        ATTESTS_CHECKSUM,
        /** Among create-only puts at once exactly one wins. */
        ATOMIC_CREATE,
        /** Keys with empty segments, {@code .}, a slash at the end, or {@code a} beside {@code a/b}. */
        ANY_KEY_SHAPE,
        /** A part sent to an aborted upload is refused. */
        REFUSES_PART_OF_ABORTED,
        /** Completing an aborted upload says that there is none, not that something went wrong. */
        KNOWS_ABORTED,
        /** Listings follow the UTF-8 bytes also beyond the basic plane. */
        LISTS_BY_UTF8,
        /** Objects without bytes. */
        EMPTY_OBJECTS,
        /** Wrong secrets are refused. */
        CHECKS_SIGNATURES
    }

    /** Where it is. */
    StoreConfig config();

    Set<Trait> traits();

    @Override
    void close();

    /** Fresh names for what a test makes, so that tests share one back end. */
    AtomicInteger NAMES = new AtomicInteger();
}
