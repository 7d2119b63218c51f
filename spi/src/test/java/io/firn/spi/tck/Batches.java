package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameStatus;
import io.firn.spi.message.FrameView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes batches apart. */
final class Batches {

    private Batches() {}

    /** A copy of each frame; the batch is closed, twice, as closing has to be idempotent. */
    static List<ByteBuffer> split(FrameBatch batch) {
        List<ByteBuffer> frames = new ArrayList<>();
        for (ByteBuffer buffer : batch.buffers()) {
            int at = buffer.position();
            while (at < buffer.limit()) {
                FrameView view = new FrameView().wrap(buffer, at);
                assertThat(view.inspect()).as("at byte %d of %s", at, buffer).isEqualTo(FrameStatus.OK);
                ByteBuffer copy = ByteBuffer.allocate(view.totalSize());
                frames.add(copy.put(view.bytes()).flip());
                at += view.totalSize();
            }
        }
        assertThat(batch.messages()).as("messages the batch says it has").isEqualTo(frames.size());
        batch.close();
        batch.close();
        return frames;
    }
}
