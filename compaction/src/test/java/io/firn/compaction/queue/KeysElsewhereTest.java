package io.firn.compaction.queue;

import static io.firn.compaction.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordKey;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class KeysElsewhereTest {

    private final FrameReader frame = new FrameReader();
    private final RecordKey key = new RecordKey(RecordKey.KEYS);

    @Test
    void saysHowManyRecordsItHadNoRoomToCompare() {
        KeysElsewhere elsewhere = new KeysElsewhere(2);
        note(elsewhere, "a", 0);
        note(elsewhere, "b", 0);
        note(elsewhere, "c", 0);
        note(elsewhere, "b", 1);
        note(elsewhere, "c", 1);

        assertThat(elsewhere.count()).isEqualTo(1);
        assertThat(elsewhere.example()).isEqualTo("'b' is in queues 0 and 1");
        assertThat(elsewhere.passedOver()).isEqualTo(2);
    }

    private void note(KeysElsewhere elsewhere, String name, int queue) {
        MemorySegment bytes = MemorySegment.ofArray(record(1).key(name).build());
        assertThat(frame.read(bytes, 0)).isEqualTo(FrameFault.NONE);
        key.load(frame);
        elsewhere.note(key, queue);
    }
}
