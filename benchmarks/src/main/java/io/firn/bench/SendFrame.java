package io.firn.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One pre-built send request whose opaque, born time and unique keys are patched in place after it was copied into the
 * out buffer. Header fields, their order and escapes are those a 5.5 Java client writes.
 * Immutable.
 */
final class SendFrame {
    /** Group of every producer. */
    static final String GROUP = "bench-producer";

    private static final String OPAQUE_KEY = "\"opaque\":";
    private static final String BORN = "1700000000000";
    /** 32 digits as a client makes them: address, process, class loader, time, counter. The last eight are patched. */
    private static final String UNIQUE = "7F000001000018B4AAC2A1B200000000";

    /** The whole frame: length, header length, JSON header, body. */
    private final byte[] bytes;
    /** Where nine digits of opaque stand. */
    private final int opaqueAt;
    /** Where thirteen digits of milliseconds stand. */
    private final int bornAt;
    /** Where the last eight hexadecimal digits of each message's UNIQ_KEY stand. */
    private final int[] uniqueAt;

    /** Where messages go. */
    record Target(String topic, int queueId, String brokerName) {}

    private SendFrame(byte[] bytes, String header, int[] uniqueAt) {
        this.bytes = bytes;
        this.opaqueAt = 8 + header.indexOf(OPAQUE_KEY) + OPAQUE_KEY.length();
        this.bornAt = 8 + header.indexOf(BORN);
        this.uniqueAt = uniqueAt;
    }

    /** One message with a body of {@code bodyBytes} bytes: SEND_MESSAGE_V2. */
    static SendFrame single(Target target, int bodyBytes) {
        return single(target, bodyBytes, 0, "");
    }

    /** One first half of a transaction. */
    static SendFrame half(Target target, int bodyBytes) {
        return single(target, bodyBytes, 4, "TRAN_MSG\\u0001true\\u0002PGROUP\\u0001" + GROUP + "\\u0002");
    }

    /** One message that is due in so many seconds. */
    static SendFrame timed(Target target, int bodyBytes, int seconds) {
        return single(target, bodyBytes, 0, "TIMER_DELAY_SEC\\u0001" + seconds + "\\u0002");
    }

    /** One message of a delay level. */
    static SendFrame delayed(Target target, int bodyBytes, int level) {
        return single(target, bodyBytes, 0, "DELAY\\u0001" + level + "\\u0002");
    }

    private static SendFrame single(Target target, int bodyBytes, int sysFlag, String more) {
        byte[] body = body(bodyBytes);
        String properties = "UNIQ_KEY\\u0001" + UNIQUE + "\\u0002WAIT\\u0001true\\u0002" + more;
        String header = header(310, target, sysFlag, properties, false);
        int headerBytes = header.length();
        ByteBuffer frame = ByteBuffer.allocate(8 + headerBytes + body.length);
        putHeader(frame, header, body.length);
        frame.put(body);
        int unique = 8 + header.indexOf(UNIQUE) + UNIQUE.length() - 8;
        return new SendFrame(frame.array(), header, new int[] {unique});
    }

    /** {@code messages} messages of {@code bodyBytes} each in one request: SEND_BATCH_MESSAGE. */
    static SendFrame batch(Target target, int bodyBytes, int messages) {
        byte[] body = body(bodyBytes);
        byte[] properties =
                ("UNIQ_KEY\u0001" + UNIQUE + "\u0002WAIT\u0001true\u0002").getBytes(StandardCharsets.US_ASCII);
        int each = 22 + body.length + properties.length;
        String header = header(320, target, 0, "WAIT\\u0001true\\u0002", true);
        ByteBuffer frame = ByteBuffer.allocate(8 + header.length() + each * messages);
        putHeader(frame, header, each * messages);
        int[] unique = new int[messages];
        int keyOffset = "UNIQ_KEY".length() + 1 + UNIQUE.length() - 8;
        for (int i = 0; i < messages; i++) {
            frame.putInt(each).putInt(0).putInt(0).putInt(0).putInt(body.length).put(body);
            frame.putShort((short) properties.length);
            unique[i] = frame.position() + keyOffset;
            frame.put(properties);
        }
        return new SendFrame(frame.array(), header, unique);
    }

    /** Length of the whole frame. */
    int size() {
        return bytes.length;
    }

    /** Messages this request carries. */
    int messages() {
        return uniqueAt.length;
    }

    /** Appends this request to {@code out} with its own opaque, time and keys. */
    void put(ByteBuffer out, int opaque, long bornMs, int key) {
        int at = out.position();
        out.put(bytes);
        Digits.decimal(out, at + opaqueAt, Digits.OPAQUE_WIDTH, opaque);
        Digits.decimal(out, at + bornAt, BORN.length(), bornMs);
        for (int i = 0; i < uniqueAt.length; i++) {
            Digits.hex8(out, at + uniqueAt[i], key + i);
        }
    }

    private static void putHeader(ByteBuffer frame, String header, int bodyBytes) {
        byte[] bytes = header.getBytes(StandardCharsets.US_ASCII);
        frame.putInt(4 + bytes.length + bodyBytes).putInt(bytes.length).put(bytes);
    }

    private static String header(int code, Target to, int sysFlag, String properties, boolean batch) {
        return String.format(
                Locale.ROOT,
                "{\"code\":%d,\"extFields\":{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"TBW102\",\"d\":\"4\","
                        + "\"e\":\"%d\",\"f\":\"%d\",\"g\":\"%s\",\"h\":\"0\",\"i\":\"%s\",\"j\":\"0\",\"k\":\"false\","
                        + "\"m\":\"%b\",\"n\":\"%s\"},\"flag\":0,\"language\":\"JAVA\",\"opaque\":%d,"
                        + "\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}",
                code,
                GROUP,
                to.topic(),
                to.queueId(),
                sysFlag,
                BORN,
                properties,
                batch,
                to.brokerName(),
                Digits.OPAQUE_BASE);
    }

    private static byte[] body(int bytes) {
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) ('a' + i % 26);
        }
        return body;
    }
}
