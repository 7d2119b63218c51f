package io.firn.tiered.store;

import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;

/** A store that speaks S3, with the bucket made, and how to stop it. */
record S3Backend(StoreConfig config, Set<Trait> traits, Runnable stop) implements StoreBackend {
    static final RetryPolicy FEW_RETRIES = new RetryPolicy(
            5, java.time.Duration.ofMillis(10), java.time.Duration.ofMillis(200), java.time.Duration.ofMinutes(2));

    /** Path style, the given keys, generous time-outs because the machine may be busy. */
    static StoreConfig config(URI endpoint, String bucket, StoreCredentials keys, StoreProtection protection) {
        StoreLimits limits = new StoreLimits(
                java.time.Duration.ofSeconds(30), java.time.Duration.ofSeconds(60), 1 << 20, 64, FEW_RETRIES);
        return new StoreConfig(
                URI.create("s3://" + bucket + "/some/prefix"),
                new S3Endpoint(null, endpoint, S3Endpoint.Addressing.PATH),
                keys,
                protection,
                limits);
    }

    static void createBucket(StoreConfig config) {
        try (S3Client client = S3Clients.open(config)) {
            client.createBucket(create -> create.bucket(config.bucket()));
        }
    }

    static Set<Trait> allBut(Trait... missing) {
        EnumSet<Trait> traits = EnumSet.allOf(Trait.class);
        traits.removeAll(Set.of(missing));
        return traits;
    }

    @Override
    public void close() {
        stop.run();
    }
}
