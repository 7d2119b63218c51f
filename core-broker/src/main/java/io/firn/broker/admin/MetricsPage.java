package io.firn.broker.admin;

import io.firn.broker.runtime.Metrics;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** All metrics in the text format 0.0.4 of Prometheus, or in OpenMetrics 1.0.0 for who accepts that. */
final class MetricsPage implements AdminPage {

    private final Metrics metrics;
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final ExpositionFormatWriter prometheus = PrometheusTextFormatWriter.create();

    MetricsPage(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Content render(@Nullable String accept) {
        ExpositionFormatWriter format = accept != null && openMetrics.accepts(accept) ? openMetrics : prometheus;
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            format.write(page, metrics.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Content(HttpURLConnection.HTTP_OK, format.getContentType(), page.toByteArray());
    }
}
