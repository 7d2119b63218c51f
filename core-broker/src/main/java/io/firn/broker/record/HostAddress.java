package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** An IPv4 or IPv6 address with a port, in the 8 or 20 bytes a record stores. Immutable. */
public final class HostAddress {

    private static final int V6_BYTES = 16;
    private static final int MAX_PORT = 65_535;

    private final byte[] ip;
    private final int port;

    private HostAddress(byte[] ip, int port) {
        this.ip = ip;
        this.port = port;
    }

    /** From a resolved socket address; a scope id is dropped. */
    public static HostAddress of(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("address is not resolved: " + address);
        }
        return new HostAddress(ip.getAddress(), address.getPort());
    }

    /** From the raw ip, 4 or 16 bytes. */
    public static HostAddress of(byte[] ip, int port) {
        if (ip.length != Integer.BYTES && ip.length != V6_BYTES) {
            throw new IllegalArgumentException("an ip has 4 or 16 bytes, not " + ip.length);
        }
        return new HostAddress(ip.clone(), port);
    }

    /**
     * From {@code ip:port}; an IPv6 address may stand in brackets. Never asks a name server.
     *
     * @throws IllegalArgumentException when it is not a literal address with a port
     */
    public static HostAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(0, colon));
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.isEmpty() || port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("not an ip:port: " + text);
            }
            return new HostAddress(InetAddress.ofLiteral(unbracketed(host)).getAddress(), port);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an ip:port: " + text, e);
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Reads {@link #length()} bytes as a record stores them. */
    static HostAddress read(MemorySegment source, long at, int length) {
        byte[] ip = new byte[length - Integer.BYTES];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at, ip, 0, ip.length);
        return new HostAddress(ip, source.get(RecordLayout.INT, at + ip.length));
    }

    /** Bytes in a record: 8 or 20. */
    public int length() {
        return ip.length + Integer.BYTES;
    }

    public boolean isIpv6() {
        return ip.length == V6_BYTES;
    }

    public int port() {
        return port;
    }

    /** The {@code index}th byte of the ip. */
    public byte ipByte(int index) {
        return ip[index];
    }

    /** Writes ip and port, {@link #length()} bytes. */
    public void writeTo(MemorySegment target, long at) {
        for (int i = 0; i < ip.length; i++) {
            target.set(ValueLayout.JAVA_BYTE, at + i, ip[i]);
        }
        target.set(RecordLayout.INT, at + ip.length, port);
    }

    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(address(), port);
    }

    private InetAddress address() {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an ip of " + ip.length + " bytes", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostAddress that && port == that.port && Arrays.equals(ip, that.ip);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ip) + port;
    }

    /** {@code ip:port}, an IPv6 address without brackets as RocketMQ's tools print it; whatever a record says is a port. */
    @Override
    public String toString() {
        return address().getHostAddress() + ":" + port;
    }
}
