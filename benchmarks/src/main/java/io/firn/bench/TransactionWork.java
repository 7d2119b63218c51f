package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Transactions over a list of half messages, round robin, with a window: a half message, then its commit. One counts when its
 * commit is answered. Owned by its connection's thread.
 */
final class TransactionWork implements ClosedLoop.Work {
    private static final byte[] MESSAGE_ID = "\"msgId\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUEUE_OFFSET = "\"queueOffset\"".getBytes(StandardCharsets.US_ASCII);
    private static final int END_TRANSACTION = 37;
    private static final int COMMIT = 8;
    /** Digits of the position at the end of an offset id. */
    private static final int POSITION_DIGITS = 16;

    private final SendFrame[] halves;
    private final String topic;
    private final boolean[] committing;
    private final long[] sentNs;
    private final Tally tally = new Tally();

    private LoadPhase phase = new LoadPhase();
    private long left;
    private int nextHalf;
    private int nextKey;
    private int inFlight;
    private long nowNs;
    private long nowMs;

    /**
     * @param window transactions at a time
     * @param firstHalf where this connection begins in {@code halves}
     * @param transactions how many at most
     */
    TransactionWork(SendFrame[] halves, String topic, int window, int firstHalf, long transactions) {
        this.halves = halves.clone();
        this.topic = topic;
        this.committing = new boolean[window];
        this.sentNs = new long[window];
        this.nextHalf = firstHalf % halves.length;
        this.nextKey = firstHalf << 24;
        this.left = transactions;
    }

    @Override
    public void begin(LoadPhase of) {
        phase = of;
    }

    @Override
    public void prime(Outbox out) throws IOException {
        for (int slot = 0; slot < sentNs.length && left > 0; slot++) {
            half(slot, out);
        }
    }

    @Override
    public void arrivedAt(long at) {
        nowNs = at;
        nowMs = System.currentTimeMillis();
    }

    @Override
    public void onResponse(ResponseScanner response, ByteBuffer in, Outbox out) throws IOException {
        int slot = response.opaque() - Digits.OPAQUE_BASE;
        if (slot < 0 || slot >= sentNs.length) {
            throw new BenchException("answer with an opaque that was never sent: " + response.opaque());
        }
        inFlight--;
        if (response.code() == 0 && !committing[slot]) {
            commit(slot, response, in, out);
            return;
        }
        if (response.code() == 0) {
            tally.delivered(1, 0);
        } else {
            tally.refused(response.code());
        }
        if (phase.measuring()) {
            tally.took(nowNs - sentNs[slot]);
        }
        if (left > 0 && !phase.stopping()) {
            half(slot, out);
        }
    }

    private void half(int slot, Outbox out) throws IOException {
        SendFrame frame = halves[nextHalf];
        nextHalf = nextHalf + 1 == halves.length ? 0 : nextHalf + 1;
        sentNs[slot] = nowNs;
        committing[slot] = false;
        frame.put(out.reserve(frame.size()), Digits.OPAQUE_BASE + slot, nowMs, nextKey++);
        left--;
        inFlight++;
    }

    private void commit(int slot, ResponseScanner response, ByteBuffer in, Outbox out) throws IOException {
        String id = response.text(in, MESSAGE_ID);
        long position = HexFormat.fromHexDigitsToLong(id, id.length() - POSITION_DIGITS, id.length());
        committing[slot] = true;
        RequestFrame.put(
                out.reserve(largestFrame()),
                END_TRANSACTION,
                Digits.OPAQUE_BASE + slot,
                "\"producerGroup\":\"" + SendFrame.GROUP + "\",\"topic\":\"" + topic + "\",\"tranStateTableOffset\":\""
                        + response.number(in, QUEUE_OFFSET) + "\",\"commitLogOffset\":\"" + position
                        + "\",\"commitOrRollback\":\"" + COMMIT + "\",\"fromTransactionCheck\":\"false\",\"msgId\":\""
                        + id + "\",\"transactionId\":\"" + id + '"');
        inFlight++;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int largestFrame() {
        return 1024;
    }

    @Override
    public Tally tally() {
        return tally;
    }
}
