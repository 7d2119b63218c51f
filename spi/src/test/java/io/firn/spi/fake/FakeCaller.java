package io.firn.spi.fake;

import io.firn.spi.admin.AdminCaller;
import io.firn.spi.contract.Deadline;
import java.time.Duration;
import java.util.Optional;

/** Who runs a command or calls a route; waits for 30 s. */
public record FakeCaller(Optional<String> user, String origin, Deadline deadline) implements AdminCaller {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A user. */
    public static FakeCaller anybody() {
        return new FakeCaller(Optional.of("operator"), "127.0.0.1", Deadline.after(LIMIT, System::nanoTime));
    }

    /** As when the broker asks nobody for a user. */
    public static FakeCaller nobody() {
        return new FakeCaller(Optional.empty(), "local", Deadline.after(LIMIT, System::nanoTime));
    }
}
