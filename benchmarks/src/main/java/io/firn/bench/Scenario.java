package io.firn.bench;

/** One thing to measure, on every peer, in turns. */
interface Scenario {
    /** Its name for {@code --only}. */
    String name();

    /** Measures and writes into the session's ledger. */
    void run(Session session);
}
