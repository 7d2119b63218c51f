package io.firn.tiered.store;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the S3 API answers.
 *
 * @param region null: the SDK's chain (environment, profile, instance), or {@code us-east-1} beside an own endpoint
 * @param endpoint null for Amazon's own
 */
public record S3Endpoint(@Nullable String region, @Nullable URI endpoint, Addressing addressing) {
    /** Amazon S3 in the region of the environment. */
    public static final S3Endpoint AMAZON = new S3Endpoint(null, null, Addressing.HOST);

    /** Where the bucket's name goes. */
    public enum Addressing {
        /** {@code bucket.host/key}. */
        HOST,
        /** {@code host/bucket/key}: what stores behind one address understand. */
        PATH
    }

    public S3Endpoint {
        if (endpoint != null
                && (endpoint.getHost() == null
                        || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
            throw new IllegalArgumentException("endpoint '" + endpoint + "' is not http://host[:port] or https://");
        }
    }
}
