package io.firn.broker.plugin.read;

import io.firn.broker.plugin.jar.PluginException;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Asks cold readers which positions of the log they have. At start only: waits. */
final class PositionFloor {

    private PositionFloor() {}

    /** Behind the last byte that one of them has; throws {@link PluginException} when one can not tell. */
    static long of(ReadEngine engine, List<ColdClaim> claims) {
        long floor = 0;
        for (ColdClaim claim : claims) {
            if (!claim.guard().isAbsent()) {
                floor = Math.max(floor, ask(engine, claim));
            }
        }
        return floor;
    }

    private static long ask(ReadEngine engine, ColdClaim claim) {
        try {
            return engine.inTime(
                            claim.guard(),
                            claim.guard().call(() -> claim.reader().nextPositionFloor()))
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PluginException(
                    claim.guard().name() + " can not say which positions of the log it has, and the log is empty: "
                            + cause.getMessage(),
                    e);
        }
    }
}
