package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at a fixed rate whatever the broker does, and measures each answer from the time its request was <em>due</em>:
 * a pause of the broker, or of this generator, counts for every request that should have gone out in it (no coordinated
 * omission). The opaque is the request's number, from which the due time follows. Two threads: one writes, one reads;
 * {@code sent} is owned by the writer, {@code answered} and the tally by the reader.
 */
final class PacedSend implements Driver {
    private static final int IN_BYTES = 1 << 20;
    private static final int MAX_BURST = 256;
    private static final int OPAQUE_SPAN = 800_000_000;
    private static final long LONGEST_PARK_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(5);

    private final SendFrame[] frames;
    private final double intervalNs;
    private final int firstKey;
    private final Tally tally = new Tally();

    private volatile long startNs;
    private volatile long sent;
    private volatile long answered;

    /**
     * @param frames where to send, in this order, again and again
     * @param perSecond requests per second on this connection
     * @param connection this connection's number; keeps message keys apart
     */
    PacedSend(SendFrame[] frames, double perSecond, int connection) {
        this.frames = frames.clone();
        this.intervalNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.firstKey = connection << 28;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public List<Part> parts(SocketChannel channel, LoadPhase phase) {
        return List.of(() -> write(channel, phase), () -> read(channel, phase));
    }

    private void write(SocketChannel channel, LoadPhase phase) throws IOException {
        Outbox out = new Outbox(channel, frames[0].size());
        startNs = System.nanoTime();
        long next = 0;
        while (!phase.stopping()) {
            long due = (long) ((System.nanoTime() - startNs) / intervalNs) + 1;
            if (due <= next) {
                long wait = dueNs(next) - System.nanoTime();
                LockSupport.parkNanos(Math.min(Math.max(wait, 1), LONGEST_PARK_NS));
                continue;
            }
            long until = Math.min(due, next + MAX_BURST);
            long nowMs = System.currentTimeMillis();
            for (; next < until; next++) {
                SendFrame frame = frames[(int) (next % frames.length)];
                int opaque = Digits.OPAQUE_BASE + (int) (next % OPAQUE_SPAN);
                frame.put(out.reserve(frame.size()), opaque, nowMs, firstKey + (int) next);
            }
            sent = next;
            out.flush();
        }
        drain();
        channel.close();
    }

    /** The last answers are awaited before the channel is closed, which is what ends the reader. */
    private void drain() {
        long deadline = System.nanoTime() + DRAIN_NS;
        while (answered < sent && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void read(SocketChannel channel, LoadPhase phase) throws IOException {
        ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
        ResponseScanner scanner = new ResponseScanner();
        long seen = 0;
        try {
            while (channel.read(in) >= 0) {
                long nowNs = System.nanoTime();
                in.flip();
                while (scanner.next(in)) {
                    seen++;
                    take(scanner, nowNs, phase);
                }
                in.compact();
                answered = seen;
                tally.publish();
            }
        } catch (ClosedChannelException e) {
            if (!phase.stopping()) {
                throw e;
            }
        }
        if (!phase.stopping()) {
            throw new IOException("the broker closed the connection with " + (sent - seen) + " requests open");
        }
    }

    private void take(ResponseScanner response, long nowNs, LoadPhase phase) {
        if (response.code() == 0) {
            tally.delivered(1, response.bodyBytes());
        } else {
            tally.refused(response.code());
        }
        if (phase.measuring()) {
            tally.took(nowNs - dueNs(numberOf(response.opaque())));
        }
    }

    /** The request number nearest to what is in flight that has this opaque. */
    private long numberOf(int opaque) {
        long low = opaque - (long) Digits.OPAQUE_BASE;
        return sent - Math.floorMod(sent - low, (long) OPAQUE_SPAN);
    }

    private long dueNs(long number) {
        return startNs + (long) (number * intervalNs);
    }
}
