package io.firn.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * PULL_MESSAGE requests for one queue. Offsets are written without padding, as a client does, so the frame is put
 * together from its fixed parts each time.
 */
final class PullFrame {
    /** Messages asked for per request: what a push consumer asks for. */
    static final int MESSAGES = 32;

    private final byte[] head;
    private final byte[] afterCommit;
    private final byte[] afterOffset;
    private final byte[] tail;

    /**
     * Subscription carried in the request, so that the group needs no heartbeat; offsets are committed with each pull
     * as a push consumer's are; no waiting at the end.
     */
    PullFrame(SendFrame.Target queue, String group) {
        head = ascii("{\"code\":11,\"extFields\":{\"queueId\":\"" + queue.queueId()
                + "\",\"maxMsgBytes\":\"262144\",\"maxMsgNums\":\"" + MESSAGES
                + "\",\"sysFlag\":\"5\",\"commitOffset\":\"");
        afterCommit = ascii("\",\"subscription\":\"*\",\"suspendTimeoutMillis\":\"15000\",\"bname\":\""
                + queue.brokerName() + "\",\"topic\":\"" + queue.topic() + "\",\"queueOffset\":\"");
        afterOffset = ascii("\",\"expressionType\":\"TAG\",\"subVersion\":\"0\",\"consumerGroup\":\"" + group
                + "\"},\"flag\":0,\"language\":\"JAVA\",\"opaque\":");
        tail = ascii(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}");
    }

    /** Appends a request for the messages from {@code offset} on. */
    void put(ByteBuffer out, int opaque, long offset) {
        int headerBytes = head.length
                + afterCommit.length
                + afterOffset.length
                + tail.length
                + 2 * Digits.width(offset)
                + Digits.OPAQUE_WIDTH;
        out.putInt(4 + headerBytes).putInt(headerBytes);
        out.put(head);
        Digits.put(out, offset);
        out.put(afterCommit);
        Digits.put(out, offset);
        out.put(afterOffset);
        Digits.put(out, opaque);
        out.put(tail);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
