package io.firn.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.firn.broker.wire.body.HeartbeatBody;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes from a connection: commands, or one of the exceptions made for what is none. */
final class FrameFuzzTest {

    static List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] frame : Frames.golden().values()) {
            frames.add(ByteBuffer.allocate(1 + frame.length)
                    .put((byte) 0x55)
                    .put(frame)
                    .array());
        }
        return frames;
    }

    static List<byte[]> bodies() {
        return Stream.of(
                        "{\"clientID\":\"c\",\"consumerDataSet\":[{\"groupName\":\"g\",\"subscriptionDataSet\":[{\"topic\":\"T\"}]}]}",
                        "{\"table\":{{\"topic\":\"T\",\"queueId\":1}:5,7:\"x\",bare:null}}",
                        "[1.5e9,\"\\ud83d\\ude00\",true]")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** The first byte of the input says where the connection cuts the rest in two. */
    @MethodSource("frames")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreCommandsOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int cut = 1 + (input[0] & 0xFF) * (input.length - 1) / 0xFF;
        try (FrameDecoder decoder = new FrameDecoder(new EagerHandler())) {
            decoder.read(Unpooled.wrappedBuffer(input, 1, cut - 1));
            decoder.read(Unpooled.wrappedBuffer(input, cut, input.length - cut));
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @MethodSource("bodies")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreABodyOrRefused(byte[] input) {
        for (Class<?> type : new Class<?>[] {HeartbeatBody.class, Map.class}) {
            try {
                Object body = Json.decode(input, type);
                assertThat(Json.decode(Json.encode(body), type)).isNotNull();
            } catch (RequestException e) {
                assertThat(e.getMessage()).contains("body is not the JSON of");
            }
        }
    }
}
