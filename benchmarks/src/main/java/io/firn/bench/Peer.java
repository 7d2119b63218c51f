package io.firn.bench;

import java.nio.file.Path;
import java.util.List;

/** A thing that is loaded: a broker, or the peer that only answers. */
interface Peer {
    /** Name in the table. */
    String title();

    /** Starts it on {@code setup.directory()} and returns when it says that it serves. */
    RunningPeer start(Setup setup);

    /** Name the broker goes by, as it stands in requests. */
    default String brokerName() {
        return "broker-a";
    }

    /** False for the peer that only answers: it stores nothing and needs no topics. */
    default boolean stores() {
        return true;
    }

    /**
     * How to start it.
     *
     * @param directory working directory; the store lies in {@code store} below it
     * @param jvm JVM options that all peers get: heap and the like
     */
    record Setup(Path directory, List<String> jvm) {
        Path store() {
            return directory.resolve("store");
        }
    }
}
