package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Pulls queues front to back, one request in flight per queue as a consumer has. Each answer's records are counted by
 * walking their sizes, so an answer whose records do not fill its body is an error. Owned by its connection's thread.
 */
final class PullWork implements ClosedLoop.Work {
    private static final byte[] NEXT = "\"nextBeginOffset\"".getBytes(StandardCharsets.US_ASCII);

    private final PullFrame[] frames;
    private final long[] from;
    private final long[] to;
    private final long[] sentNs;
    private final AtEnd atEnd;
    private final Tally tally = new Tally();

    private LoadPhase phase = new LoadPhase();
    private int inFlight;
    private long nowNs;

    /** What to do when a queue's range has been read. */
    enum AtEnd {
        STOP,
        AGAIN
    }

    /**
     * A stretch of one queue.
     *
     * @param from first offset to pull
     * @param to offset behind the last
     */
    record Range(PullFrame frame, long from, long to) {}

    PullWork(List<Range> ranges, AtEnd atEnd) {
        this.frames = ranges.stream().map(Range::frame).toArray(PullFrame[]::new);
        this.from = ranges.stream().mapToLong(Range::from).toArray();
        this.to = ranges.stream().mapToLong(Range::to).toArray();
        this.sentNs = new long[frames.length];
        this.atEnd = atEnd;
    }

    @Override
    public void begin(LoadPhase of) {
        phase = of;
    }

    @Override
    public void prime(Outbox out) throws IOException {
        for (int i = 0; i < frames.length; i++) {
            if (from[i] < to[i]) {
                pull(i, from[i], out);
            }
        }
    }

    @Override
    public void arrivedAt(long at) {
        nowNs = at;
    }

    @Override
    public void onResponse(ResponseScanner response, ByteBuffer in, Outbox out) throws IOException {
        int queue = response.opaque() - Digits.OPAQUE_BASE;
        if (queue < 0 || queue >= frames.length) {
            throw new BenchException("answer with an opaque that was never sent: " + response.opaque());
        }
        inFlight--;
        if (response.code() != 0) {
            // a load that pulls only what is there must always be served
            throw new BenchException("pull answered with code " + response.code());
        }
        long next = response.number(in, NEXT);
        tally.delivered(records(in, response.bodyAt(), response.bodyBytes()), response.bodyBytes());
        if (phase.measuring()) {
            tally.took(nowNs - sentNs[queue]);
        }
        if (phase.stopping()) {
            return;
        }
        if (next < to[queue]) {
            pull(queue, next, out);
        } else if (atEnd == AtEnd.AGAIN) {
            pull(queue, from[queue], out);
        }
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

    private void pull(int queue, long offset, Outbox out) throws IOException {
        sentNs[queue] = nowNs;
        frames[queue].put(out.reserve(1024), Digits.OPAQUE_BASE + queue, offset);
        inFlight++;
    }

    private static int records(ByteBuffer in, int at, int bytes) {
        int count = 0;
        int end = at + bytes;
        int i = at;
        while (i + 4 <= end) {
            int size = in.getInt(i);
            if (size <= 0 || size > end - i) {
                throw new BenchException("pulled record of " + size + " bytes with " + (end - i) + " left");
            }
            i += size;
            count++;
        }
        if (i != end) {
            throw new BenchException("pulled body ends inside a record");
        }
        return count;
    }
}
