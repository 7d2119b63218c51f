package io.firn.tiered.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random slices come back byte for byte, and the index says where every message is. */
final class RpkPropertyTest {
    private static final long SEED = Long.getLong("firn.seed", 20261123L);

    @Test
    void randomSlicesAreRebuiltExactly() {
        System.err.println("RpkPropertyTest -Dfirn.seed=" + SEED);
        Random random = new Random(SEED);
        for (int run = 0; run < 60; run++) {
            byte[] slice = SliceBuilder.random(random, 1L << 40, 1 + random.nextInt(60), random.nextInt(900))
                    .bytes();
            RpkOptions options = new RpkOptions(1024 << random.nextInt(6), random.nextInt(3));
            RpkReader whole = Objects.open(Objects.write(slice, 1L << 40, options));
            whole.verify();
            assertThat(rebuilt(slice.length, List.of(whole))).as("run %d", run).isEqualTo(slice);
            assertThat(whole.summary().complete()).isTrue();
        }
    }

    @Test
    void sliceSplitOverTwoObjectsIsRebuiltFromBothAndRefusedFromOne() {
        Random random = new Random(SEED);
        byte[] slice = SliceBuilder.random(random, 4096, 40, 700).bytes();
        RpkReader a = Objects.open(Objects.write(slice, 4096, RpkOptions.DEFAULT, t -> t.hashCode() % 2 == 0));
        RpkReader b = Objects.open(Objects.write(slice, 4096, RpkOptions.DEFAULT, t -> t.hashCode() % 2 != 0));
        a.verify();
        b.verify();
        assertThat(a.summary().complete()).isFalse();
        assertThat(rebuilt(slice.length, List.of(a, b))).isEqualTo(slice);
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> rebuilt(slice.length, List.of(a)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("in no object given");
    }

    @Test
    void everyFrameHoldsConsecutiveOffsetsOfOneQueueAndItsRowsSayTheSame() {
        byte[] slice = SliceBuilder.random(new Random(SEED + 1), 0, 30, 800).bytes();
        RpkReader reader = Objects.open(Objects.write(slice, 0, new RpkOptions(2048, 1)));
        int messages = 0;
        for (QueueRun run : reader.queues()) {
            for (int f = run.firstFrame(); f < run.firstFrame() + run.frames(); f++) {
                messages += checkFrame(reader, run, f);
            }
        }
        assertThat(messages).isEqualTo(800);
        assertThat(reader.queueOrder()).hasSize(800);
    }

    private static int checkFrame(RpkReader reader, QueueRun run, int frame) {
        ByteBuffer raw = reader.frame(frame);
        FrameRows.Rows rows = reader.rows(frame);
        int at = 0;
        for (int i = 0; i < reader.frames().messages(frame); i++) {
            assertThat(RecordFields.topic(raw, at)).isEqualTo(run.topic());
            assertThat(RecordFields.queueId(raw, at)).isEqualTo(run.queueId());
            assertThat(RecordFields.queueOffset(raw, at))
                    .isEqualTo(reader.frames().firstOffset(frame) + i);
            assertThat(RecordFields.size(raw, at)).isEqualTo(rows.sizes()[i]);
            assertThat(reader.frames().mayHaveTag(frame, rows.tagHashes()[i])).isTrue();
            at += rows.sizes()[i];
        }
        assertThat(at).isEqualTo(raw.limit());
        return rows.sizes().length;
    }

    private static byte[] rebuilt(int length, List<RpkReader> objects) {
        ByteBuffer out = ByteBuffer.allocate(length);
        SliceRebuild.rebuild(objects, out);
        return out.array();
    }
}
