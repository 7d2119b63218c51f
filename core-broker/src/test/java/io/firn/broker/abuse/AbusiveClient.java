package io.firn.broker.abuse;

import io.firn.broker.wire.RemotingCommand;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A peer that writes whatever it is given and expects an orderly reaction: answers, or the end of the connection, soon.
 * Owner: the test's thread.
 */
final class AbusiveClient implements AutoCloseable {

    private static final int PATIENCE_MS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    /** What was asked and has a right to an answer, by opaque. */
    private final Map<Integer, ForgedRequest> unanswered = new HashMap<>();

    private AbusiveClient(String address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static AbusiveClient connect(String address) {
        try {
            return new AbusiveClient(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes that this request is to be answered, unless the connection is closed. */
    void expectAnswer(ForgedRequest request) {
        unanswered.put(request.opaque(), request);
    }

    /** Sends bytes that end with the end of a frame and a mark; true when all was read, false when the broker hung up. */
    boolean survives(byte[] bytes, int mark) {
        return write(bytes) && write(ForgedRequest.mark(mark)) && readUntil(opaque -> opaque == mark);
    }

    /** Sends bytes and no more, and reads until the broker hangs up. */
    void spill(byte[] bytes) {
        try {
            if (write(bytes)) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            // the broker was faster: what it sent is still to be read
        }
        boolean open = readUntil(opaque -> false);
        assert !open;
    }

    /** Sends bytes and leaves them at that. */
    boolean write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads until every request of which it was expected is answered, or the broker hung up. */
    void awaitAnswers() {
        while (!unanswered.isEmpty()) {
            if (!readUntil(opaque -> unanswered.isEmpty())) {
                return;
            }
        }
    }

    private boolean readUntil(IntPredicate last) {
        try {
            while (true) {
                RemotingCommand command = RemotingCommand.decode(readFrame());
                if (command.isResponse()) {
                    unanswered.remove(command.opaque());
                    if (last.test(command.opaque())) {
                        return true;
                    }
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "no answer and no end within " + PATIENCE_MS + " ms; unanswered: " + unanswered, e);
        } catch (IOException e) {
            // closed, orderly or by a reset because bytes of ours were not read
            return false;
        }
    }

    private byte[] readFrame() throws IOException {
        int length = in.readInt();
        byte[] frame = new byte[4 + length];
        for (int i = 0; i < 4; i++) {
            frame[i] = (byte) (length >> (24 - 8 * i));
        }
        in.readFully(frame, 4, length);
        return frame;
    }

    /** Closes with a reset. */
    void kill() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
