package io.firn.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameDecoderPauseTest {

    private static final int FRAMES = 5;

    private final List<Integer> delivered = new ArrayList<>();
    private final FrameDecoder decoder = new FrameDecoder(new Collector(this::pause));

    @Test
    void deliversOneFramePerResumeWhenEachDeliveryPauses() {
        ByteBuf all = frames();
        decoder.read(all.retainedSlice());
        for (int i = 1; i < FRAMES; i++) {
            assertThat(delivered).hasSize(i);
            decoder.resume();
        }
        assertThat(delivered)
                .containsExactlyElementsOf(IntStream.range(0, FRAMES).boxed().toList());
        assertReleased(all);
    }

    @Test
    void keepsBytesThatComeDuringAPauseWhereverTheFramesAreCut() {
        for (int cut = 1; cut < frames().readableBytes(); cut++) {
            delivered.clear();
            FrameDecoder cutting = new FrameDecoder(new Collector(() -> {}));
            ByteBuf all = frames();
            cutting.pause();
            cutting.read(all.retainedSlice(0, cut));
            cutting.read(all.retainedSlice(cut, all.readableBytes() - cut));
            assertThat(delivered).isEmpty();
            cutting.resume();
            assertThat(delivered).hasSize(FRAMES);
            cutting.close();
            assertReleased(all);
        }
    }

    @Test
    void closeDropsWhatWasHeldBack() {
        ByteBuf all = frames();
        decoder.read(all.retainedSlice());
        decoder.close();
        decoder.resume();
        assertThat(delivered).hasSize(1);
        assertReleased(all);
    }

    private static void assertReleased(ByteBuf all) {
        assertThat(all.refCnt()).isEqualTo(1);
        all.release();
    }

    private static ByteBuf frames() {
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < FRAMES; i++) {
            byte[] header = ("{\"code\":10,\"opaque\":" + i + "}").getBytes(StandardCharsets.UTF_8);
            out.writeInt(4 + header.length).writeInt(header.length).writeBytes(ByteBuffer.wrap(header));
        }
        return out;
    }

    private void pause() {
        decoder.pause();
    }

    /** Remembers opaques, and does something after each. */
    private final class Collector implements FrameListener {

        private final Runnable then;

        private Collector(Runnable then) {
            this.then = then;
        }

        @Override
        public void onCommand(RemotingCommand command) {
            delivered.add(command.opaque());
            then.run();
        }

        @Override
        public void onReadComplete() {
            throw new AssertionError("nobody completed a read");
        }
    }
}
