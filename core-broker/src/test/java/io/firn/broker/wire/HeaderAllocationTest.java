package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.firn.broker.runtime.Utf8Cache;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The hot path allocates nothing per frame: measured over many frames, so that a constant few bytes may remain. */
class HeaderAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int FRAMES = 100_000;

    /** Less than a tenth of a byte per frame: the compiler and the measurement itself may need some. */
    private static final long TOLERATED_BYTES = FRAMES / 10;

    /** Without leak detection, which other tests in this JVM may have switched to recording every access. */
    private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Utf8Cache names = new Utf8Cache(64);
    private long checksum;

    @ParameterizedTest
    @EnumSource
    void readingASendAllocatesNothing(SerializeType type) {
        SendHeader send = new SendHeader();
        ByteBuffer body = ByteBuffer.allocateDirect(64);
        assertAllocatesNothing(Frames.golden("SEND_V2 " + type), command -> {
            send.parse(command, names);
            command.copyBody(body.clear());
            checksum += send.queueId() + send.propertiesLength() + send.topic().length() + body.position();
        });
        assertAllocatesNothing(Frames.golden("SEND_V1 " + type), command -> {
            send.parse(command, names);
            checksum += send.queueId() + send.propertiesLength() + send.topic().length();
        });
        assertAllocatesNothing(recoded("SEND_V2 " + type, type, RequestCode.SEND_BATCH_MESSAGE), command -> {
            send.parse(command, names);
            command.copyBody(body.clear());
            checksum += (send.batch() ? 1 : 0)
                    + send.queueId()
                    + send.propertiesLength()
                    + send.topic().length()
                    + body.position();
        });
    }

    @ParameterizedTest
    @EnumSource
    void readingAPullAllocatesNothing(SerializeType type) {
        PullHeader pull = new PullHeader();
        assertAllocatesNothing(Frames.golden("PULL " + type), command -> {
            pull.parse(command, names);
            checksum += pull.queueOffset()
                    + Objects.requireNonNull(pull.subscription()).length();
        });
        assertAllocatesNothing(recoded("PULL " + type, type, RequestCode.LITE_PULL_MESSAGE), command -> {
            pull.parse(command, names);
            checksum += command.code()
                    + pull.queueOffset()
                    + Objects.requireNonNull(pull.subscription()).length();
        });
    }

    /** The golden frame with another request code. */
    private static byte[] recoded(String golden, SerializeType type, int code) {
        byte[] frame = Frames.golden(golden);
        if (type == SerializeType.ROCKETMQ) {
            ByteBuffer.wrap(frame).putShort(8, (short) code);
            return frame;
        }
        int headerLength = ByteBuffer.wrap(frame).getInt(4) & 0xFF_FFFF;
        String header = new String(frame, 8, headerLength, UTF_8).replaceFirst("\"code\":\\d+", "\"code\":" + code);
        return Frames.json(header.getBytes(UTF_8), Arrays.copyOfRange(frame, 8 + headerLength, frame.length));
    }

    @Test
    void writingAResponseAllocatesNothing() {
        FrameWriter writer = new FrameWriter();
        ByteBuf out = UNTRACKED.directBuffer(1024);
        FrameHead head = FrameHead.response(SerializeType.JSON, 0, 7, null);
        ExtKey queueOffset = ExtKey.of("queueOffset");
        ExtKey region = ExtKey.of("MSG_REGION");
        HeaderFields fields = to -> {
            to.put(queueOffset, checksum);
            to.put(region, "DefaultRegion");
        };
        long allocated = allocatedBy(() -> {
            out.clear();
            writer.writeHead(out, head, fields, 0);
            checksum += out.readableBytes();
        });
        assertThat(allocated).isLessThanOrEqualTo(TOLERATED_BYTES);
        out.release();
    }

    private void assertAllocatesNothing(byte[] frame, Consumer<RemotingCommand> handler) {
        // The kind of buffer that the socket is read into.
        ByteBuf in = UNTRACKED.directBuffer(frame.length).writeBytes(frame);
        FrameDecoder decoder = new FrameDecoder(new FrameListener() {
            @Override
            public void onCommand(RemotingCommand command) {
                handler.accept(command);
            }

            @Override
            public void onReadComplete() {
                checksum++;
            }
        });
        long allocated = allocatedBy(() -> {
            decoder.read(in.readerIndex(0).retain());
            decoder.readComplete();
        });
        assertThat(in.refCnt()).isEqualTo(1);
        in.release();
        assertThat(allocated).isLessThanOrEqualTo(TOLERATED_BYTES);
        assertThat(checksum).isNotZero();
    }

    private static long allocatedBy(Runnable frame) {
        for (int i = 0; i < WARM_UP; i++) {
            frame.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < FRAMES; i++) {
            frame.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
