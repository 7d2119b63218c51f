package io.firn.broker.admin;

import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** What there is to see. */
final class IndexPage implements AdminPage {

    private static final String TEXT = """
            Firn broker

            /health   UP, DEGRADED or DOWN with reasons and positions, as JSON; 503 when DOWN
            /metrics  Prometheus text, or OpenMetrics when asked for by Accept
            """;

    @Override
    public Content render(@Nullable String accept) {
        return Content.text(HttpURLConnection.HTTP_OK, TEXT);
    }
}
