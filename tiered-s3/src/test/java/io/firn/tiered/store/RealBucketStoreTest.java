package io.firn.tiered.store;

import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;

/**
 * The contract on a real bucket, only when asked: {@code FIRN_TEST_BUCKET=s3://bucket/prefix}, and as needed
 * {@code FIRN_TEST_ENDPOINT}, {@code FIRN_TEST_REGION}, {@code FIRN_TEST_CHECKSUM=when-required} and
 * {@code FIRN_TEST_LACKS} (traits, separated by commas). Credentials come from the default chain. What it makes it does
 * not remove: give it a bucket that expires its objects.
 */
final class RealBucketStoreTest extends ObjectStoreContract {
    @Override
    StoreBackend start() {
        Map<String, String> env = System.getenv();
        String bucket = env.get("FIRN_TEST_BUCKET");
        if (bucket == null) {
            return Required.absent("bucket", "FIRN_TEST_BUCKET is not set");
        }
        String endpoint = env.get("FIRN_TEST_ENDPOINT");
        StoreProtection.ChecksumPolicy checksums = "when-required".equals(env.get("FIRN_TEST_CHECKSUM"))
                ? StoreProtection.ChecksumPolicy.WHEN_REQUIRED
                : StoreProtection.ChecksumPolicy.ALWAYS;
        StoreConfig config = new StoreConfig(
                URI.create(bucket),
                new S3Endpoint(
                        env.get("FIRN_TEST_REGION"),
                        endpoint == null ? null : URI.create(endpoint),
                        endpoint == null ? S3Endpoint.Addressing.HOST : S3Endpoint.Addressing.PATH),
                new StoreCredentials.DefaultChain(),
                new StoreProtection(checksums, new StoreProtection.ServerEncryption.BucketDefault()),
                StoreLimits.DEFAULT);
        EnumSet<StoreBackend.Trait> traits = EnumSet.allOf(StoreBackend.Trait.class);
        Arrays.stream(env.getOrDefault("FIRN_TEST_LACKS", "").split(",", -1))
                .filter(name -> !name.isBlank())
                .map(name -> StoreBackend.Trait.valueOf(name.strip()))
                .forEach(traits::remove);
        return new S3Backend(config, traits, () -> {});
    }
}
