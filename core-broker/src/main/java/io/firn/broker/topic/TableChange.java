package io.firn.broker.topic;

import org.jspecify.annotations.Nullable;

/**
 * What a change did to one entry of a {@link DurableTable}.
 *
 * @param before null when the entry is new
 * @param after null when the entry was removed
 */
public record TableChange<V>(
        String name, @Nullable V before, @Nullable V after) {

    /** Whether anything is different now. */
    public boolean isReal() {
        return before == null ? after != null : !before.equals(after);
    }
}
