package io.firn.broker.consume;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;
import java.util.Set;

/**
 * Limits of pulls.
 *
 * @param defaultBytes most bytes of one answer when the client names no limit; one message is always given
 * @param maxBytes most bytes of one answer whatever the client asks; below the protocol's 16 MiB frame
 * @param maxMessages most messages of one answer whatever the client asks
 * @param maxSuspend longest a pull is held, below the clients' own time-out of 30 s
 * @param polling whether pulls at the end of a queue are held at all
 * @param shortPoll how long they are held when they are not held for long
 * @param hotBytes a pull this near to the end of the log is served on the io thread, an older one on a reader thread
 * @param readerId the id of a broker that has archived messages only and sends for all others to the primary;
 *     {@link #NO_READER} for one that has all
 */
public record PullConfig(
        ByteSize defaultBytes,
        ByteSize maxBytes,
        int maxMessages,
        Duration maxSuspend,
        Polling polling,
        Duration shortPoll,
        ByteSize hotBytes,
        long readerId) {

    static final long NO_READER = -1;

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of(
            "firn.pull.defaultBytes",
            "firn.pull.maxBytes",
            "firn.pull.maxMessages",
            "longPollingEnable",
            "shortPollingTimeMills");

    /** How pulls at the end of a queue wait. */
    public enum Polling {
        LONG,
        SHORT
    }

    private static final long MAX_SUSPEND_MS = 25_000;
    private static final ByteSize FRAME_BUDGET = ByteSize.ofMebibytes(12);

    /** Reads the keys of this room. */
    public static PullConfig from(ConfigView view) {
        return new PullConfig(
                view.bytes(
                        "firn.pull.defaultBytes",
                        ByteSize.ofMebibytes(1),
                        new ByteSize(1024),
                        FRAME_BUDGET,
                        "Most bytes of one pull's answer when the client names no limit."),
                view.bytes(
                        "firn.pull.maxBytes",
                        ByteSize.ofMebibytes(8),
                        new ByteSize(1024),
                        FRAME_BUDGET,
                        "Most bytes of one pull's answer whatever the client asks."),
                view.integer("firn.pull.maxMessages", 4096, 1, 65_536, "Most messages of one pull's answer."),
                Duration.ofMillis(MAX_SUSPEND_MS),
                view.flag("longPollingEnable", true, "Whether a pull at the end of its queue waits for a message.")
                        ? Polling.LONG
                        : Polling.SHORT,
                view.millis("shortPollingTimeMills", 1_000, 0, MAX_SUSPEND_MS, "How long it waits otherwise."),
                view.bytes(
                        "firn.pull.hotBytes",
                        ByteSize.ofMebibytes(512),
                        new ByteSize(0),
                        new ByteSize(Long.MAX_VALUE),
                        "Pulls this near to the end of the log are served on the io thread."),
                NO_READER);
    }

    /** The same for a broker that has archived messages only. */
    public PullConfig ofReader(long brokerId) {
        return new PullConfig(defaultBytes, maxBytes, maxMessages, maxSuspend, polling, shortPoll, hotBytes, brokerId);
    }

    boolean isReader() {
        return readerId != NO_READER;
    }
}
