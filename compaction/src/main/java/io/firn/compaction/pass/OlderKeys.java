package io.firn.compaction.pass;

import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.View;

/**
 * The latest records of keys before a window: what conditional writes are held against. By the key files alone, a page or two
 * per segment. One thread, as long as the view.
 */
final class OlderKeys {

    private final View view;
    private final Aging aging;

    /** What {@code aging} lets go of in the same commit counts as gone. */
    OlderKeys(View view, Aging aging) {
        this.view = view;
        this.aging = aging;
    }

    /** Offset of the latest record of a key, tombstones included; {@link KeyTable#ABSENT} when there is none. */
    long latest(long high, long low) {
        for (int i = view.segments().size() - 1; i >= 0; i--) {
            Segment segment = view.segments().get(i);
            int ordinal = segment.keys().find(high, low);
            if (ordinal >= 0) {
                return segment.isLive(ordinal) && !aging.isOver(segment, ordinal)
                        ? segment.index().offset(ordinal)
                        : KeyTable.ABSENT;
            }
        }
        return KeyTable.ABSENT;
    }
}
