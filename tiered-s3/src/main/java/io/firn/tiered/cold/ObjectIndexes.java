package io.firn.tiered.cold;

import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.QueueRun;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Indexes of objects, and the tags of frames for readers that want some only; one request each. Any thread. */
final class ObjectIndexes {
    /** Frames whose tags are read at once: some KiB of rows each. */
    static final int TAG_WINDOW = 64;

    private final ObjectStore store;
    private final CancelToken cancel;
    private final FutureCache<UUID, OpenObject> objects;
    private final FutureCache<FrameKey, int[][]> tags;

    ObjectIndexes(ObjectStore store, Executor io, CancelToken cancel, long budgetBytes) {
        this.store = store;
        this.cancel = cancel;
        this.objects = new FutureCache<>(io, object -> object.index().indexBytes(), budgetBytes);
        this.tags = new FutureCache<>(io, ObjectIndexes::bytesOf, budgetBytes / 8);
    }

    private static long bytesOf(int[][] tags) {
        long bytes = 64;
        for (int[] frame : tags) {
            bytes += 24 + 4L * frame.length;
        }
        return bytes;
    }

    /** The object with its index. */
    CompletableFuture<OpenObject> open(ObjectRef ref) {
        return objects.get(
                ref.uuid(), () -> new OpenObject(ref, RpkReader.open(new StoredBytes(store, ref.key(), cancel))));
    }

    /** Tag hashes of the frames from {@code frame} on: of {@link #TAG_WINDOW} frames, or up to the run's end. */
    CompletableFuture<int[][]> tags(OpenObject object, QueueRun run, int frame) {
        int end = Math.min(frame + TAG_WINDOW, run.firstFrame() + run.frames());
        FrameKey key = new FrameKey(object.ref().uuid(), frame);
        return tags.get(key, () -> object.index().tags(frame, end));
    }

    /** Memory of all. */
    long bytes() {
        return objects.bytes() + tags.bytes();
    }
}
