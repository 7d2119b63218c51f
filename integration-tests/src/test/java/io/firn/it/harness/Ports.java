package io.firn.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks free loopback ports outside the range the kernel hands to outgoing connections (32768 and up), so that a port
 * stays free between the test of it and the bind, also while the broker that owned it is down.
 */
public final class Ports {

    private static final int FIRST = 15_000;
    private static final int LAST = 31_900;

    private Ports() {}

    /** One free port. */
    public static int free() {
        return freeWithNeighbours(0);
    }

    /** A listen port {@code p} for a broker: p-2 (second port), p-1, p and p+1 (replication) are free too. */
    public static int freeForBroker() {
        return freeWithNeighbours(-2, -1, 0, 1);
    }

    private static int freeWithNeighbours(int... deltas) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (allFree(port, deltas)) {
                return port;
            }
        }
        throw new IllegalStateException("no free ports between " + FIRST + " and " + LAST);
    }

    private static boolean allFree(int port, int... deltas) {
        for (int delta : deltas) {
            if (!isFree(port + delta)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress((InetAddress) null, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
