package io.firn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ResponseScannerTest {
    private final ResponseScanner scanner = new ResponseScanner();

    @Test
    void readsCodeAndOpaqueWhereverTheyStand() {
        ByteBuffer in = frames(
                frame(
                        "{\"code\":0,\"extFields\":{\"queueId\":\"3\"},\"flag\":1,\"opaque\":100000007,\"version\":513}",
                        ""),
                frame(
                        "{\"code\":2,\"extFields\":{\"queueId\":\"3\"},\"flag\":1,\"opaque\":100000008,\"version\":513}",
                        ""),
                frame("{\"opaque\":-5,\"remark\":\"no code here\",\"code\":-17}", ""));

        assertThat(scanner.next(in)).isTrue();
        assertThat(scanner.code()).isZero();
        assertThat(scanner.opaque()).isEqualTo(100_000_007);
        assertThat(scanner.next(in)).isTrue();
        assertThat(scanner.code()).isEqualTo(2);
        assertThat(scanner.opaque()).isEqualTo(100_000_008);
        assertThat(scanner.next(in)).isTrue();
        assertThat(scanner.code()).isEqualTo(-17);
        assertThat(scanner.opaque()).isEqualTo(-5);
        assertThat(scanner.next(in)).isFalse();
    }

    @Test
    void waitsForTheRestOfAFrame() {
        byte[] whole = frame("{\"code\":0,\"opaque\":1}", "body");
        for (int have = 0; have < whole.length; have++) {
            ByteBuffer part = ByteBuffer.wrap(whole, 0, have).slice();
            assertThat(scanner.next(part)).as("with %d bytes", have).isFalse();
            assertThat(part.position()).isZero();
        }
        assertThat(scanner.next(ByteBuffer.wrap(whole))).isTrue();
    }

    @Test
    void findsTheBodyAndNumbersInQuotesOrWithout() {
        byte[] frame = frame("{\"code\":0,\"extFields\":{\"next\":\"42\",\"min\":7},\"opaque\":1}", "12345");
        ByteBuffer in = ByteBuffer.wrap(frame);

        assertThat(scanner.next(in)).isTrue();

        assertThat(scanner.number(in, ascii("\"next\""))).isEqualTo(42);
        assertThat(scanner.number(in, ascii("\"min\""))).isEqualTo(7);
        assertThat(scanner.number(in, ascii("\"max\""))).isEqualTo(-1);
        assertThat(scanner.bodyBytes()).isEqualTo(5);
        assertThat(in.get(scanner.bodyAt())).isEqualTo((byte) '1');
    }

    @Test
    void refusesWhatIsNoResponse() {
        assertThatThrownBy(() -> scanner.next(ByteBuffer.wrap(ascii("HTTP/1.1 400 Bad Request\r\n"))))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("not the remoting protocol");
        assertThatThrownBy(() -> scanner.next(ByteBuffer.wrap(frame("{\"code\":0}", ""))))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("opaque");
        assertThatThrownBy(() -> scanner.next(ByteBuffer.wrap(frame("{\"opaque\":12}", ""))))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("code");
        byte[] binary = frame("{}", "");
        binary[4] = 1;
        assertThatThrownBy(() -> scanner.next(ByteBuffer.wrap(binary)))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("not JSON");
    }

    private static ByteBuffer frames(byte[]... frames) {
        ByteBuffer all = ByteBuffer.allocate(4096);
        for (byte[] frame : frames) {
            all.put(frame);
        }
        return all.flip();
    }

    static byte[] frame(String header, String body) {
        byte[] head = ascii(header);
        byte[] tail = ascii(body);
        return ByteBuffer.allocate(8 + head.length + tail.length)
                .putInt(4 + head.length + tail.length)
                .putInt(head.length)
                .put(head)
                .put(tail)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
