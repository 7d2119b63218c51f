package io.firn.broker;

import io.firn.broker.log.DiskWatch;
import io.firn.broker.runtime.Clock;

/**
 * What a broker stands on. Tests bring their own, everybody else has {@link #machine}.
 *
 * @param clock all time in the broker but the time-outs of sockets
 * @param disk asked before the log uses its disk
 */
public record Ground(Clock clock, DiskWatch disk) {

    /** The machine's own. */
    public static Ground machine() {
        return new Ground(Clock.system(), DiskWatch.NONE);
    }
}
