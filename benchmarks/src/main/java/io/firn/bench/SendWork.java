package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends over a list of pre-built frames, round robin, with a window. The opaque is the slot's number, so an answer
 * finds its send time by index. Owned by its connection's thread.
 */
final class SendWork implements ClosedLoop.Work {
    private final SendFrame[] frames;
    private final long[] sentNs;
    private final Tally tally = new Tally();
    private final int largestFrame;
    private final int[] slotMessages;

    private LoadPhase phase = new LoadPhase();
    private long requestsLeft;
    private int nextFrame;
    private int nextKey;
    private int inFlight;
    private long nowNs;
    private long nowMs;

    /**
     * @param frames where to send, in this order, again and again
     * @param window requests in flight
     * @param firstFrame where this connection begins in {@code frames}, so that connections do not march in step
     * @param requests how many requests to send at most
     */
    SendWork(SendFrame[] frames, int window, int firstFrame, long requests) {
        this.frames = frames.clone();
        this.sentNs = new long[window];
        this.slotMessages = new int[window];
        this.nextFrame = firstFrame % frames.length;
        // keys of different connections must differ
        this.nextKey = firstFrame << 24;
        this.requestsLeft = requests;
        int largest = 0;
        for (SendFrame frame : frames) {
            largest = Math.max(largest, frame.size());
        }
        this.largestFrame = largest;
    }

    @Override
    public void begin(LoadPhase of) {
        phase = of;
    }

    @Override
    public void prime(Outbox out) throws IOException {
        for (int slot = 0; slot < sentNs.length && requestsLeft > 0; slot++) {
            send(slot, out);
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
        if (response.code() == 0) {
            tally.delivered(slotMessages[slot], response.bodyBytes());
        } else {
            tally.refused(response.code());
        }
        if (phase.measuring()) {
            tally.took(nowNs - sentNs[slot]);
        }
        if (requestsLeft > 0 && !phase.stopping()) {
            send(slot, out);
        }
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int largestFrame() {
        return largestFrame;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    private void send(int slot, Outbox out) throws IOException {
        SendFrame frame = frames[nextFrame];
        nextFrame = nextFrame + 1 == frames.length ? 0 : nextFrame + 1;
        sentNs[slot] = nowNs;
        slotMessages[slot] = frame.messages();
        frame.put(out.reserve(frame.size()), Digits.OPAQUE_BASE + slot, nowMs, nextKey);
        nextKey += frame.messages();
        requestsLeft--;
        inFlight++;
    }
}
