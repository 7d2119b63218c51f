package io.firn.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.firn.broker.wire.ProtocolException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest implements FrameListener {
    private static final byte[] BODY = "body".getBytes(UTF_8);

    /** Counts its bytes, which shows leaks and how much an incomplete frame holds. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    private final FrameDecoder decoder = new FrameDecoder(this);
    private final List<RemotingCommand> commands = new ArrayList<>();
    private Consumer<RemotingCommand> onCommand = command -> commands.add(command.detach());
    private int readsComplete;

    @Override
    public void onCommand(RemotingCommand command) {
        onCommand.accept(command);
    }

    @Override
    public void onReadComplete() {
        readsComplete++;
    }

    @AfterEach
    void everyBufferIsReleased() {
        decoder.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    private static byte[] frame(int opaque, byte[] body) {
        return Frames.json(("{\"code\":10,\"opaque\":" + opaque + "}").getBytes(UTF_8), body);
    }

    private void read(byte[] bytes, int from, int to) {
        decoder.read(allocator.buffer(to - from).writeBytes(bytes, from, to - from));
    }

    private static byte[] concat(byte[]... frames) {
        ByteBuf all = Unpooled.wrappedBuffer(frames);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Test
    void deliversEveryFrameOfARead() {
        byte[] bytes = concat(frame(1, BODY), frame(2, new byte[0]), frame(3, BODY));
        read(bytes, 0, bytes.length);
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1, 2, 3);
        assertThat(commands.get(0).bodyBytes()).isEqualTo(BODY);
        assertThat(commands.get(1).bodyLength()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 31, 50, 64})
    void deliversFramesCutAnywhere(int readBytes) {
        byte[] bytes = concat(frame(1, BODY), frame(2, new byte[0]), frame(3, new byte[100]), frame(4, BODY));
        for (int at = 0; at < bytes.length; at += readBytes) {
            read(bytes, at, Math.min(bytes.length, at + readBytes));
        }
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1, 2, 3, 4);
        assertThat(commands.get(0).bodyBytes()).isEqualTo(BODY);
        assertThat(commands.get(3).bodyBytes()).isEqualTo(BODY);
    }

    @Test
    void deliversTheLargestFrame() {
        byte[] header = "{\"code\":10}".getBytes(UTF_8);
        byte[] body = new byte[FrameDecoder.FRAME_LIMIT_BYTES - 8 - header.length];
        Arrays.fill(body, (byte) 'x');
        byte[] bytes = concat(Frames.json(header, body), frame(2, BODY));
        for (int at = 0; at < bytes.length; at += 64 * 1024) {
            read(bytes, at, Math.min(bytes.length, at + 64 * 1024));
        }
        assertThat(commands).hasSize(2);
        assertThat(Arrays.equals(commands.get(0).bodyBytes(), body)).isTrue();
        assertThat(commands.get(1).opaque()).isEqualTo(2);
    }

    @Test
    void holdsLittleForAPeerThatAnnouncesMuch() {
        byte[] start = ByteBuffer.allocate(12)
                .putInt(FrameDecoder.FRAME_LIMIT_BYTES - 4)
                .putInt(100)
                .putInt(0)
                .array();
        read(start, 0, start.length);
        assertThat(allocator.metric().usedDirectMemory()).isBetween(1L, 4096L);
        read(new byte[10_000], 0, 10_000);
        assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo(4 * 10_012);
    }

    @Test
    void saysWhenAReadIsComplete() {
        decoder.readComplete();
        assertThat(readsComplete).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, FRAME_TOO_SHORT",
        "-2147483648, FRAME_TOO_SHORT",
        "0, FRAME_TOO_SHORT",
        "3, FRAME_TOO_SHORT",
        "16777213, FRAME_TOO_LONG",
        "2147483647, FRAME_TOO_LONG",
        // "GET ", "POST", a TLS record
        "1195725856, FRAME_TOO_LONG",
        "1347375956, FRAME_TOO_LONG",
        "369295616, FRAME_TOO_LONG",
    })
    void refusesALengthAsSoonAsItIsThere(int length, Reason reason) {
        byte[] bytes = ByteBuffer.allocate(4).putInt(length).array();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> read(bytes, 0, 4))
                .withMessageContaining("frame length " + length)
                .returns(reason, ProtocolException::reason);
        FrameDecoder another = new FrameDecoder(this);
        another.read(allocator.buffer(4).writeBytes(bytes, 0, 3));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> another.read(allocator.buffer(4).writeBytes(bytes, 3, 1)))
                .returns(reason, ProtocolException::reason);
    }

    @Test
    void refusesAHeaderThatReachesBeyondItsFrame() {
        byte[] bytes = frame(1, new byte[0]);
        ByteBuffer.wrap(bytes).putInt(4, bytes.length - 8 + 1);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> read(bytes, 0, bytes.length))
                .returns(Reason.HEADER_LENGTH, ProtocolException::reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 127, 128, 255})
    void refusesAnUnknownHeaderType(int type) {
        byte[] bytes = Frames.frame(type, "{}".getBytes(UTF_8), new byte[0]);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> read(bytes, 0, bytes.length))
                .withMessageContaining("header type " + type)
                .returns(Reason.SERIALIZE_TYPE, ProtocolException::reason);
    }

    @Test
    void deliversWhatCameBeforeABrokenFrameAndNothingBehindIt() {
        byte[] bytes = concat(frame(1, BODY), Frames.json("{oops}"), frame(3, BODY));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(bytes, 0, bytes.length));
        byte[] more = frame(4, BODY);
        read(more, 0, more.length);
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1);
    }

    @Test
    void closesWhenItsListenerFails() {
        onCommand = command -> {
            throw new IllegalStateException("no");
        };
        byte[] bytes = concat(frame(1, BODY), frame(2, BODY));
        assertThatIllegalStateException().isThrownBy(() -> read(bytes, 0, bytes.length));
        onCommand = command -> commands.add(command.detach());
        read(bytes, 0, bytes.length);
        assertThat(commands).isEmpty();
    }

    @Test
    void mayBeClosedFromInsideADelivery() {
        onCommand = command -> {
            decoder.close();
            commands.add(command.detach());
        };
        byte[] bytes = concat(frame(1, BODY), frame(2, BODY));
        read(bytes, 0, 20);
        read(bytes, 20, bytes.length);
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1);
        assertThat(commands.get(0).bodyBytes()).isEqualTo(BODY);
    }

    @Test
    void keepsWhatComesDuringAPause() {
        onCommand = command -> {
            commands.add(command.detach());
            decoder.pause();
        };
        byte[] bytes = concat(frame(1, BODY), frame(2, BODY), frame(3, BODY));
        read(bytes, 0, bytes.length - 5);
        read(bytes, bytes.length - 5, bytes.length);
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1);
        decoder.resume();
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1, 2);
        decoder.resume();
        decoder.resume();
        assertThat(commands).extracting(RemotingCommand::opaque).containsExactly(1, 2, 3);
        assertThat(commands.get(2).bodyBytes()).isEqualTo(BODY);
    }

    @Test
    void copiesTheBodyFromTheReadBuffer() {
        byte[] body = "0123456789".getBytes(UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(20);
        ByteBuffer heap = ByteBuffer.allocate(20);
        onCommand = command -> {
            for (ByteBuffer to : List.of(direct, heap)) {
                to.put((byte) '<');
                command.copyBody(to);
                command.copyBody(3, 4, to);
                to.put((byte) '>');
            }
        };
        byte[] bytes = concat(frame(1, BODY), frame(2, body));
        byte[] first = frame(1, BODY);
        onCommandIgnoring(first);
        read(bytes, first.length, bytes.length);
        assertThat(UTF_8.decode(direct.flip()).toString()).isEqualTo("<01234567893456>");
        assertThat(UTF_8.decode(heap.flip()).toString()).isEqualTo("<01234567893456>");
    }

    private void onCommandIgnoring(byte[] bytes) {
        Consumer<RemotingCommand> kept = onCommand;
        onCommand = command -> assertThat(command.opaque()).isEqualTo(1);
        read(bytes, 0, bytes.length);
        onCommand = kept;
    }

    @Test
    void copiesTheBodyFromABufferInParts() {
        byte[] bytes = frame(1, "0123456789".getBytes(UTF_8));
        ByteBuffer to = ByteBuffer.allocateDirect(30);
        onCommand = command -> command.copyBody(to);
        decoder.read(allocator
                .compositeBuffer()
                .addComponent(true, allocator.directBuffer().writeBytes(bytes, 0, bytes.length - 4))
                .addComponent(true, allocator.directBuffer().writeBytes(bytes, bytes.length - 4, 4)));
        assertThat(UTF_8.decode(to.flip()).toString()).isEqualTo("0123456789");
    }

    @Test
    void aCommandUsedTooLateFails() {
        List<RemotingCommand> leaked = new ArrayList<>();
        onCommand = leaked::add;
        byte[] bytes = frame(1, BODY);
        read(bytes, 0, bytes.length);
        assertThatIllegalStateException()
                .isThrownBy(() -> leaked.get(0).bodyBytes())
                .withMessageContaining("detach()");
    }

    @Test
    void aDetachedCommandIsACopyOfItsOwn() {
        byte[] bytes =
                concat(Frames.golden("SEND_V2 JSON"), Frames.golden("PULL ROCKETMQ"), Frames.golden("RESPONSE JSON"));
        read(bytes, 0, bytes.length);
        RemotingCommand send = commands.get(0);
        assertThat(send.ext().get("b")).isEqualTo("TopicTest");
        assertThat(send.bodyBytes()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(send.opaque()).isEqualTo(77);
        assertThat(send.serializeType()).isEqualTo(SerializeType.JSON);
        RemotingCommand pull = commands.get(1);
        assertThat(pull.serializeType()).isEqualTo(SerializeType.ROCKETMQ);
        assertThat(pull.ext().requiredLong("queueOffset")).isEqualTo(12345678901L);
        assertThat(commands.get(2).remark()).isEqualTo("topic[\u96ea] not \"exist\"\n");
        assertThat(commands.get(2).detach().remark()).isEqualTo("topic[\u96ea] not \"exist\"\n");
    }

    @Test
    void decodesOnlyExactlyOneFrame() {
        byte[] whole = frame(1, BODY);
        assertThat(RemotingCommand.decode(ByteBuffer.wrap(whole)).opaque()).isEqualTo(1);
        for (int length : new int[] {0, 3, 4, 8, whole.length - 1}) {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> RemotingCommand.decode(Arrays.copyOf(whole, length)))
                    .returns(Reason.FRAME_TOO_SHORT, ProtocolException::reason);
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> RemotingCommand.decode(Arrays.copyOf(whole, whole.length + 1)));
    }
}
