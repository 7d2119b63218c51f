package io.firn.tiered.archive;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How long to wait after a failure: twice as long each time, up to a minute. Owner: the archiver's thread. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final InstantSource clock;
    private Duration pause = FIRST;
    private Instant until = Instant.MIN;

    Backoff(InstantSource clock) {
        this.clock = clock;
    }

    boolean isOver() {
        return !clock.instant().isBefore(until);
    }

    /** The next failure is a first one. */
    void reset() {
        pause = FIRST;
    }

    /** Something worked: there is nothing to wait for. */
    void end() {
        reset();
        until = Instant.MIN;
    }

    /** Something failed; tells when to try again. */
    Instant failed() {
        until = clock.instant().plus(pause);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return until;
    }
}
