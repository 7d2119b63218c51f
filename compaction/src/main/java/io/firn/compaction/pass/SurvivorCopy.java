package io.firn.compaction.pass;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.segment.Bits;
import io.firn.compaction.segment.SegmentRecord;
import java.io.IOException;

/** The second scan of a window: copies the winners, byte for byte, and checks their bodies on the way. */
final class SurvivorCopy {

    private SurvivorCopy() {}

    static void run(FrameWalk walk, Bits winners, long from, RecordKey key, SegmentSink sink) throws IOException {
        SegmentRecord record = new SegmentRecord();
        while (walk.next()) {
            long offset = walk.offset();
            if (!winners.get(offset - from)) {
                continue;
            }
            FrameReader frame = walk.read();
            if (!frame.bodyIsIntact()) {
                throw new BadRecordException(offset, FrameFault.BODY.text());
            }
            key.load(frame);
            record.is(offset, frame.size(), frame.storeTime(), key.tagsCode());
            if (key.isTombstone(frame)) {
                record.isTombstone();
            }
            sink.append(record, walk.memory(), walk.at());
            walk.account(frame.size());
        }
    }
}
