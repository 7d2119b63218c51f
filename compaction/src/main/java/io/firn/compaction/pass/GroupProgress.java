package io.firn.compaction.pass;

/** How far consumer groups are in one queue. Any thread; must not block. */
@FunctionalInterface
public interface GroupProgress {

    /** The queue offset a group has committed: all below it is consumed; 0 when it never committed. */
    long committed(String group);
}
