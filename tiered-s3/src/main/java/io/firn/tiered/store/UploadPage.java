package io.firn.tiered.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a listing of unfinished uploads.
 *
 * @param next pass as {@code startAfter} for the next page; null at the end
 */
public record UploadPage(List<Entry> uploads, @Nullable Entry next) {
    public UploadPage {
        uploads = List.copyOf(uploads);
    }

    /** One unfinished upload and when it was begun, by the store's clock. */
    public record Entry(String key, String uploadId, Instant begun) {}
}
