package io.firn.it.driver;

/** Scatters the numbers of messages over keys, so that a test can tell a message's key from its number. */
public final class KeyChoice {

    private static final int GOLDEN = 0x9E3779B1;

    private KeyChoice() {}

    /** The key's number, below {@code keyspace}; the message's own one when that is 0. */
    public static int of(int number, int keyspace) {
        return keyspace == 0 ? number : ((number * GOLDEN) >>> 7) % keyspace;
    }
}
