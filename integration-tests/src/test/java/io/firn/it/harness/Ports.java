package io.firn.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Picks free loopback ports outside the range the kernel hands to outgoing connections (32768 and up), so that a port
 * stays free between the test of it and the bind, also while the broker that owned it is down. Each JVM of the suite has a
 * part of the range, and gives out none twice while there are others.
 */
public final class Ports {

    private static final int FIRST = 15_000;
    private static final int LAST = 31_900;
    /** The most JVMs that run tests at once. */
    private static final int FORKS = 4;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

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
        int span = (LAST - FIRST) / FORKS;
        int first = FIRST + Integer.getInteger("firn.it.fork", 0) % FORKS * span;
        for (int attempt = 0; attempt < 1_000; attempt++) {
            if (attempt == 500) {
                // a long run: what was given out first is free again
                GIVEN.clear();
            }
            int port = ThreadLocalRandom.current().nextInt(first + 2, first + span - 1);
            if (allFree(port, deltas) && isNew(port, deltas)) {
                return port;
            }
        }
        throw new IllegalStateException("no free ports between " + first + " and " + (first + span));
    }

    private static synchronized boolean isNew(int port, int... deltas) {
        Set<Integer> wanted =
                Arrays.stream(deltas).map(delta -> port + delta).boxed().collect(Collectors.toSet());
        return Collections.disjoint(GIVEN, wanted) && GIVEN.addAll(wanted);
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
