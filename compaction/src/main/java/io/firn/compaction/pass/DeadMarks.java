package io.firn.compaction.pass;

import io.firn.compaction.segment.KeyFile;
import io.firn.compaction.segment.Segment;
import java.io.IOException;

/** Finds the older records of keys that were written again, by the key files alone: no record is read. */
final class DeadMarks {

    /** With this many times more keys in the older segment it is quicker to look each new one up. */
    private static final int PROBE_RATIO = 16;

    private DeadMarks() {}

    /** Kills each live record of an older segment whose key is among the new keys. */
    static void mark(LiveEdit edit, SortedKeys newer, long since, IoBudget io) throws IOException {
        Segment segment = edit.segment();
        KeyFile older = segment.keys();
        if (newer.count() * PROBE_RATIO < older.count()) {
            probe(edit, older, newer, since);
        } else {
            segment.verifyKeys();
            io.take(segment.meta().marks().keys().bytes());
            merge(edit, older, newer, since);
        }
    }

    private static void probe(LiveEdit edit, KeyFile older, SortedKeys newer, long since) {
        for (long i = 0; i < newer.count(); i++) {
            int ordinal = older.find(newer.high(i), newer.low(i));
            if (ordinal >= 0) {
                edit.kill(ordinal, since);
            }
        }
    }

    private static void merge(LiveEdit edit, KeyFile older, SortedKeys newer, long since) {
        int at = 0;
        for (long i = 0; i < newer.count() && at < older.count(); i++) {
            long high = newer.high(i);
            long low = newer.low(i);
            int order = older.compare(at, high, low);
            while (order < 0 && ++at < older.count()) {
                order = older.compare(at, high, low);
            }
            if (order == 0) {
                edit.kill(older.ordinal(at), since);
            }
        }
    }
}
