package io.firn.broker.admin;

import io.firn.broker.wire.Json;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"status":…,"reasons":[…],"positions":{…}}}; 200, or 503 when the broker does not serve. */
final class HealthPage implements AdminPage {

    private final Health health;
    private final LogPositions positions;

    HealthPage(Health health, LogPositions positions) {
        this.health = health;
        this.positions = positions;
    }

    /** The page's fields. */
    record Body(Health.State status, List<String> reasons, Stages positions) {}

    /** Bytes from the start of the log, and how many a stage is behind the appended ones. */
    record Stages(long appended, long flushed, long dispatched, long flushLag, long dispatchLag) {}

    @Override
    public Content render(@Nullable String accept) {
        Health.Summary summary = health.summary();
        Stages stages = new Stages(
                positions.appended().get(),
                positions.flushed().get(),
                positions.dispatched().get(),
                positions.flushLag(),
                positions.dispatchLag());
        String json = Json.pretty(new Body(summary.state(), summary.reasons(), stages));
        int status =
                summary.state() == Health.State.DOWN ? HttpURLConnection.HTTP_UNAVAILABLE : HttpURLConnection.HTTP_OK;
        return new Content(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
