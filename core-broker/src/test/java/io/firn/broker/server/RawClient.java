package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A peer that writes and reads frames as bytes on a blocking socket, knowing none of the broker's code. */
final class RawClient implements AutoCloseable {

    private static final int ONE_WAY = 2;
    private static final int RECEIVE_TIMEOUT_MS = 30_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    private RawClient(int port, int receiveBufferBytes) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(RECEIVE_TIMEOUT_MS);
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static RawClient connect(int port) {
        return connect(port, 0);
    }

    /** With a small receive buffer, so that a peer that does not read is noticed soon. */
    static RawClient connect(int port, int receiveBufferBytes) {
        try {
            return new RawClient(port, receiveBufferBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] request(int code, int opaque, byte... body) {
        return jsonFrame(code, opaque, 0, body);
    }

    static byte[] oneWay(int code, int opaque, byte... body) {
        return jsonFrame(code, opaque, ONE_WAY, body);
    }

    /** The binary header encoding. */
    static byte[] binaryRequest(int code, int opaque, byte... body) {
        return frame(
                1,
                out -> {
                    out.writeShort(code);
                    out.writeByte(0);
                    out.writeShort(513);
                    out.writeInt(opaque);
                    out.writeInt(0);
                    out.writeInt(0);
                    out.writeInt(0);
                },
                body);
    }

    private static byte[] jsonFrame(int code, int opaque, int flag, byte[] body) {
        String header = "{\"code\":" + code + ",\"flag\":" + flag + ",\"language\":\"JAVA\",\"opaque\":" + opaque
                + ",\"version\":513}";
        return frame(0, out -> out.write(header.getBytes(StandardCharsets.UTF_8)), body);
    }

    private static byte[] frame(int type, HeaderWriter writer, byte[] body) {
        try {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            writer.write(new DataOutputStream(header));
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(frame);
            data.writeInt(4 + header.size() + body.length);
            data.writeInt(type << 24 | header.size());
            header.writeTo(data);
            data.write(body);
            return frame.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    RawClient send(byte[] bytes, int from, int length) {
        try {
            out.write(bytes, from, length);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame, length field included. */
    byte[] receiveFrame() {
        try {
            int length = in.readInt();
            byte[] frame = new byte[4 + length];
            frame[0] = (byte) (length >> 24);
            frame[1] = (byte) (length >> 16);
            frame[2] = (byte) (length >> 8);
            frame[3] = (byte) length;
            in.readFully(frame, 4, length);
            return frame;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RemotingCommand receive() {
        return RemotingCommand.decode(receiveFrame());
    }

    RemotingCommand ask(byte[] request) {
        return send(request).receive();
    }

    /** Reads until the peer has closed; what is still on the way is dropped. */
    void awaitEnd() {
        try {
            byte[] scratch = new byte[8192];
            int read = 0;
            while (read >= 0) {
                read = in.read(scratch);
            }
        } catch (SocketException | EOFException e) {
            // a reset is an end too
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes with a reset instead of an orderly end. */
    void kill() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface HeaderWriter {
        void write(DataOutputStream out) throws IOException;
    }
}
