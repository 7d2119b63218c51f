package io.firn.bench;

import io.firn.broker.runtime.Utf8Cache;
import io.firn.broker.wire.FrameDecoder;
import io.firn.broker.wire.FrameListener;
import io.firn.broker.wire.PullHeader;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.SendHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the bytes of one read to the parsed header of a send or a pull. Goal: 0 B/op (run with {@code -prof gc}). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeaderParseBench {
    private static final SendFrame.Target QUEUE = new SendFrame.Target("bench-1000", 3, "broker-a");

    private final ByteBuf send = Unpooled.directBuffer();
    private final ByteBuf pull = Unpooled.directBuffer();
    private final SendHeader sendHeader = new SendHeader();
    private final PullHeader pullHeader = new PullHeader();
    private final Utf8Cache names = new Utf8Cache(1024);
    private final FrameDecoder sends = new FrameDecoder(new Parsing() {
        @Override
        public void onCommand(RemotingCommand command) {
            sendHeader.parse(command, names);
        }
    });
    private final FrameDecoder pulls = new FrameDecoder(new Parsing() {
        @Override
        public void onCommand(RemotingCommand command) {
            pullHeader.parse(command, names);
        }
    });

    /** Nothing is gathered over a read. */
    private interface Parsing extends FrameListener {
        @Override
        default void onReadComplete() {}
    }

    @Setup(Level.Trial)
    public void build() {
        ByteBuffer frame = ByteBuffer.allocate(4096);
        SendFrame.single(QUEUE, 128).put(frame, Digits.OPAQUE_BASE, System.currentTimeMillis(), 1);
        send.writeBytes(frame.flip());
        frame.clear();
        new PullFrame(QUEUE, "bench-consumer").put(frame, Digits.OPAQUE_BASE, 12_345_678);
        pull.writeBytes(frame.flip());
    }

    @Benchmark
    public long send() {
        // the decoder releases what it was given
        sends.read(send.readerIndex(0).retain());
        return sendHeader.bornTimestamp();
    }

    @Benchmark
    public long pull() {
        pulls.read(pull.readerIndex(0).retain());
        return pullHeader.queueOffset();
    }
}
