package io.firn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The process behind {@link EchoPeer}: answers any send, and any pull with 32 records, from prepared bytes in which only
 * the opaque (and a pull's next offset) is written. One thread per connection.
 */
final class EchoMain {
    private static final int BUFFER = 4 << 20;
    private static final String UNIQUE = "7F000001000018B4AAC2A1B200000000";
    private static final byte[] SEND_HEADER = ascii("{\"code\":0,\"extFields\":{\"queueId\":\"3\",\"transactionId\":\""
            + UNIQUE + "\",\"msgId\":\"7F00000100002A9F0000000012345678\",\"queueOffset\":\"12345678\","
            + "\"TRACE_ON\":\"true\",\"MSG_REGION\":\"DefaultRegion\"},\"flag\":1,\"language\":\"JAVA\",\"opaque\":"
            + Digits.OPAQUE_BASE + ",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}");
    private static final byte[] PULL_HEAD = ascii("{\"code\":0,\"extFields\":{\"suggestWhichBrokerId\":\"0\","
            + "\"maxOffset\":\"12345678\",\"minOffset\":\"0\",\"nextBeginOffset\":\"");
    private static final byte[] PULL_TAIL = ascii("\"},\"flag\":1,\"language\":\"JAVA\",\"opaque\":"
            + Digits.OPAQUE_BASE + ",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}");
    /** Bytes behind a request's or an answer's opaque: all that its JSON header ends with. */
    private static final int AFTER_OPAQUE = ",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}".length();

    private static final byte[] OFFSET_KEY = ascii("\"queueOffset\":\"");
    /** Place of the first digit of the code, the first field of a request header. */
    private static final int CODE_AT = 8;

    private final SocketChannel channel;
    private final byte[] pullBody;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);

    private EchoMain(SocketChannel channel, byte[] pullBody) {
        this.channel = channel;
        this.pullBody = pullBody;
    }

    /** One argument: body size of the messages in pull answers. */
    public static void main(String[] args) throws IOException {
        byte[] pullBody = records(Integer.parseInt(args[0]));
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("echo ready: " + ((InetSocketAddress) server.getLocalAddress()).getPort());
            while (true) {
                SocketChannel channel = server.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.ofPlatform().daemon().start(() -> new EchoMain(channel, pullBody).serve());
            }
        }
    }

    private void serve() {
        try (channel) {
            while (channel.read(in) >= 0) {
                in.flip();
                answerAll();
                in.compact();
                flush();
            }
        } catch (IOException e) {
            // the load closes with answers under way; a real fault shows at its side
            System.out.println("connection ended: " + e);
        }
    }

    private void answerAll() throws IOException {
        for (int at = in.position(); in.remaining() >= 8 && in.remaining() - 4 >= in.getInt(at); at = in.position()) {
            answer(at);
        }
    }

    private void answer(int at) throws IOException {
        int headerAt = at + 8;
        int headerEnd = headerAt + (in.getInt(at + 4) & 0xff_ffff);
        int opaqueAt = headerEnd - AFTER_OPAQUE - Digits.OPAQUE_WIDTH;
        // 11 is a pull, all else (310, 320) a send
        int answerEnd = in.get(headerAt + CODE_AT) == '1' ? answerPull(headerAt, headerEnd) : answerSend();
        int answerOpaqueAt = answerEnd - AFTER_OPAQUE - Digits.OPAQUE_WIDTH;
        for (int i = 0; i < Digits.OPAQUE_WIDTH; i++) {
            out.put(answerOpaqueAt + i, in.get(opaqueAt + i));
        }
        in.position(at + 4 + in.getInt(at));
    }

    /** Puts a send's answer and returns where its header ends. */
    private int answerSend() throws IOException {
        room(8 + SEND_HEADER.length);
        out.putInt(4 + SEND_HEADER.length).putInt(SEND_HEADER.length).put(SEND_HEADER);
        return out.position();
    }

    /** Puts a pull's answer and returns where its header ends. */
    private int answerPull(int headerAt, int headerEnd) throws IOException {
        long next = offset(headerAt, headerEnd) + PullFrame.MESSAGES;
        int headerBytes = PULL_HEAD.length + Digits.width(next) + PULL_TAIL.length;
        room(8 + headerBytes + pullBody.length);
        out.putInt(4 + headerBytes + pullBody.length).putInt(headerBytes).put(PULL_HEAD);
        Digits.put(out, next);
        out.put(PULL_TAIL);
        int end = out.position();
        out.put(pullBody);
        return end;
    }

    private long offset(int headerAt, int headerEnd) {
        for (int i = headerAt; i < headerEnd - OFFSET_KEY.length; i++) {
            int k = 0;
            while (k < OFFSET_KEY.length && in.get(i + k) == OFFSET_KEY[k]) {
                k++;
            }
            if (k == OFFSET_KEY.length) {
                long value = 0;
                for (int d = i + k; in.get(d) != '"'; d++) {
                    value = value * 10 + in.get(d) - '0';
                }
                return value;
            }
        }
        return 0;
    }

    private void room(int bytes) throws IOException {
        if (out.remaining() < bytes) {
            flush();
        }
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** 32 records that hold nothing but their size, as long as stored ones with this body are. */
    private static byte[] records(int bodyBytes) {
        int size = StoredRecord.bytes("bench-000", bodyBytes);
        ByteBuffer all = ByteBuffer.allocate(size * PullFrame.MESSAGES);
        for (int i = 0; i < PullFrame.MESSAGES; i++) {
            all.putInt(i * size, size);
        }
        return all.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
