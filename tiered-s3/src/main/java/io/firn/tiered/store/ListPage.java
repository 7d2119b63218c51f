package io.firn.tiered.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a listing.
 *
 * @param objects in byte order of their keys; may be empty
 * @param next pass as {@code startAfter} for the next page; null at the end
 */
public record ListPage(List<Entry> objects, @Nullable String next) {
    public ListPage {
        objects = List.copyOf(objects);
    }

    /** One object of a listing; fields as in {@link ObjectHead}. */
    public record Entry(String key, long lengthBytes, String etag, Instant lastModified) {}
}
