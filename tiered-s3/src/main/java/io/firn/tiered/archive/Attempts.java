package io.firn.tiered.archive;

import io.firn.tiered.commit.CorruptArchive;
import io.firn.tiered.commit.FencedOut;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of work that may fail and is tried again: says what is in its way, and waits longer after each failure. Each
 * kind waits for itself only. Owner: the archiver's thread.
 */
final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final String work;
    private final Backoff backoff;
    private String trouble = "";

    /**
     * Attempts at something that was not tried yet.
     *
     * @param work what it is, as a log line begins
     */
    Attempts(String work, InstantSource clock) {
        this.work = work;
        this.backoff = new Backoff(clock);
    }

    /** Whether the wait after the last failure is over. */
    boolean isDue() {
        return backoff.isOver();
    }

    /** What is in the way; empty when nothing is. */
    String trouble() {
        return trouble;
    }

    /**
     * Tries; tells whether nothing was in the way.
     *
     * @throws FencedOut another writer has taken over
     */
    boolean run(Runnable attempt) {
        try {
            attempt.run();
            return true;
        } catch (StoreException.Cancelled e) {
            LOG.info("{} stops: {}", work, e.getMessage());
        } catch (StoreException | CorruptArchive e) {
            failed(String.valueOf(e.getMessage()));
        } catch (FormatException e) {
            failed((e.part() == FormatException.Part.SLICE
                            ? "the log's own bytes can not be archived: "
                            : "what is stored is not what was sent, it is sent again: ")
                    + e.getMessage());
        }
        return false;
    }

    /** Something is in the way: the next try comes later. */
    void failed(String why) {
        Instant next = backoff.failed();
        LOG.warn("{} pauses until {}: {}", work, next, why);
        trouble = why;
    }

    /** Some of it worked: nothing is in the way, and nothing has to be waited for. */
    void worked() {
        trouble = "";
        backoff.end();
    }

    /** A try went through: the next failure is a first one. */
    void wentThrough() {
        backoff.reset();
    }
}
