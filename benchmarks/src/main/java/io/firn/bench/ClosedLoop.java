package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * One connection with a fixed window of requests in flight: each answer makes room for the next request. One thread
 * with blocking calls does one read and one write for as many frames as have arrived. It cannot stand still against a
 * peer that stops reading until its answers are read: what a window's answers (sends) or requests (pulls) take fits in
 * the socket buffers.
 */
final class ClosedLoop implements Driver {
    private static final int IN_BYTES = 4 << 20;

    private final Work work;

    /** The requests of one connection and what to do with an answer. Called by the connection's thread only. */
    interface Work {
        /** Fills the window. */
        void prime(Outbox out) throws IOException;

        /** Takes an answer and, unless the load is to stop, puts the next request. */
        void onResponse(ResponseScanner response, ByteBuffer in, Outbox out) throws IOException;

        /** Called before the answers of one read are handed over. */
        void arrivedAt(long nowNs);

        /** Requests not yet answered. */
        int inFlight();

        /** Size of the largest request. */
        int largestFrame();

        Tally tally();

        /** Binds this work to its load. */
        void begin(LoadPhase phase);
    }

    ClosedLoop(Work work) {
        this.work = work;
    }

    @Override
    public Tally tally() {
        return work.tally();
    }

    @Override
    public List<Part> parts(SocketChannel channel, LoadPhase phase) {
        return List.of(() -> run(channel, phase));
    }

    private void run(SocketChannel channel, LoadPhase phase) throws IOException {
        Outbox out = new Outbox(channel, work.largestFrame());
        ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
        ResponseScanner scanner = new ResponseScanner();
        work.begin(phase);
        work.arrivedAt(System.nanoTime());
        work.prime(out);
        while (work.inFlight() > 0) {
            out.flush();
            if (channel.read(in) < 0) {
                throw new IOException("the broker closed the connection with " + work.inFlight() + " requests open");
            }
            work.arrivedAt(System.nanoTime());
            in.flip();
            while (scanner.next(in)) {
                work.onResponse(scanner, in, out);
            }
            in.compact();
            work.tally().publish();
        }
    }
}
