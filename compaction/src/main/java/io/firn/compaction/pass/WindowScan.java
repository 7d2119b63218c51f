package io.firn.compaction.pass;

import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.KeyHash;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.store.Lineage;
import io.firn.compaction.store.Manifest;
import java.io.IOException;

/** The first scan of a window: header and properties of every record, which key it has, whether it is young enough to stay. */
final class WindowScan {

    private long end;
    private long endPosition;
    private long oldest = Long.MAX_VALUE;
    private long bytes;
    private long keyless;

    private WindowScan(long endPosition) {
        this.endPosition = endPosition;
    }

    /**
     * Scans until the end of the walk or the first record stored after {@code latestStoreTime}; which records win is left in
     * {@code keys}.
     */
    static WindowScan run(FrameWalk walk, Manifest manifest, WinnerKeys keys, long latestStoreTime) throws IOException {
        WindowScan scan = new WindowScan(manifest.progress().cleanedPosition());
        Lineage lineage = manifest.lineage();
        KeyHash hash = new KeyHash(lineage.seed0(), lineage.seed1());
        RecordKey key = new RecordKey(manifest.queue().keyProperty());
        scan.end = walk.end();
        while (walk.next()) {
            FrameReader frame = walk.read();
            if (frame.storeTime() > latestStoreTime) {
                scan.end = walk.offset();
                break;
            }
            key.load(frame);
            scan.note(frame);
            if (key.hashKey(hash)) {
                put(keys, hash, walk.offset(), key.condition());
            } else {
                keys.keepKeyless(walk.offset());
                scan.keyless++;
            }
        }
        return scan;
    }

    private static void put(WinnerKeys keys, KeyHash hash, long offset, long condition) throws IOException {
        if (condition == RecordKey.UNCONDITIONAL) {
            keys.put(hash.high(), hash.low(), offset);
        } else {
            keys.putIf(hash.high(), hash.low(), offset, condition);
        }
    }

    private void note(FrameReader frame) {
        endPosition = frame.position() + frame.size();
        oldest = Math.min(oldest, frame.storeTime());
        bytes += frame.size();
    }

    /** Queue offset up to which all is scanned, holes included. */
    long end() {
        return end;
    }

    /** Where the last record scanned ended in the commit log. */
    long endPosition() {
        return endPosition;
    }

    /** Earliest store time of the window: nothing in older segments was overwritten before it. */
    long oldest() {
        return oldest;
    }

    /** Bytes of all records scanned. */
    long bytes() {
        return bytes;
    }

    /** Records without a key. */
    long keyless() {
        return keyless;
    }
}
