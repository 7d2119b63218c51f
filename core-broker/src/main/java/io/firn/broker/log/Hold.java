package io.firn.broker.log;

/** What keeps bytes of the log readable where they lie: a counted mapping, or a counted chunk of history. Any thread. */
sealed interface Hold permits MappedFile, ColdChunk {

    /** Ends one hold. */
    void release();
}
