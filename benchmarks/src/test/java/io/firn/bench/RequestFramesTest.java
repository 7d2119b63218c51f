package io.firn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RequestFramesTest {
    private static final SendFrame.Target QUEUE = new SendFrame.Target("topic-1", 3, "broker-a");
    private static final long BORN_MS = 1_795_423_690_102L;

    @Test
    void patchesOpaqueTimeAndKeyIntoACopyOfASend() {
        SendFrame frame = SendFrame.single(QUEUE, 128);
        ByteBuffer out = ByteBuffer.allocate(2 * frame.size());

        frame.put(out, 100_000_042, BORN_MS, 0x1234_ABCD);
        frame.put(out, 100_000_043, BORN_MS + 1, 0x1234_ABCE);

        out.flip();
        String first = header(out);
        assertThat(first)
                .startsWith("{\"code\":310,")
                .contains("\"b\":\"topic-1\"", "\"e\":\"3\"", "\"g\":\"1795423690102\"", "\"opaque\":100000042,")
                .contains("UNIQ_KEY\\u00017F000001000018B4AAC2A1B21234ABCD\\u0002WAIT");
        assertThat(body(out, first)).hasSize(128);
        String second = header(out);
        assertThat(second).contains("\"g\":\"1795423690103\"", "\"opaque\":100000043,", "1234ABCE\\u0002");
        assertThat(body(out, second)).hasSize(128);
        assertThat(out.hasRemaining()).isFalse();
    }

    @Test
    void givesEachMessageOfABatchItsOwnKey() {
        SendFrame frame = SendFrame.batch(QUEUE, 100, 3);
        ByteBuffer out = ByteBuffer.allocate(frame.size());

        frame.put(out, 100_000_001, BORN_MS, 7);

        out.flip();
        String header = header(out);
        assertThat(header).startsWith("{\"code\":320,").contains("\"m\":\"true\"");
        ByteBuffer body = ByteBuffer.wrap(body(out, header));
        for (int i = 0; i < 3; i++) {
            int size = body.getInt();
            assertThat(size).isEqualTo(22 + 100 + 52);
            body.position(body.position() + 12);
            assertThat(body.getInt()).isEqualTo(100);
            body.position(body.position() + 100);
            byte[] properties = new byte[body.getShort()];
            body.get(properties);
            assertThat(new String(properties, StandardCharsets.US_ASCII)).contains("0000000" + (7 + i) + "\u0002WAIT");
        }
        assertThat(body.hasRemaining()).isFalse();
        assertThat(frame.messages()).isEqualTo(3);
    }

    @Test
    void writesPullOffsetsAsAClientDoes() {
        PullFrame frame = new PullFrame(QUEUE, "group");
        for (long offset : new long[] {0, 9, 10, 12_345_678_901L}) {
            ByteBuffer out = ByteBuffer.allocate(1024);

            frame.put(out, 100_000_009, offset);

            out.flip();
            String header = header(out);
            assertThat(header)
                    .startsWith("{\"code\":11,")
                    .contains("\"queueOffset\":\"" + offset + "\"", "\"commitOffset\":\"" + offset + "\"")
                    .contains("\"maxMsgNums\":\"32\"", "\"opaque\":100000009,")
                    .endsWith("\"version\":513}");
            assertThat(out.hasRemaining()).isFalse();
        }
    }

    private int frameBytesLeft;

    private String header(ByteBuffer in) {
        int length = in.getInt();
        byte[] header = new byte[in.getInt()];
        in.get(header);
        frameBytesLeft = length - 4 - header.length;
        return new String(header, StandardCharsets.US_ASCII);
    }

    private byte[] body(ByteBuffer in, String header) {
        assertThat(header).endsWith("}");
        byte[] body = new byte[frameBytesLeft];
        in.get(body);
        return body;
    }
}
