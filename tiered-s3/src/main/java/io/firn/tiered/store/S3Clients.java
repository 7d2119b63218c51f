package io.firn.tiered.store;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Builds the SDK's clients: no retries, no checksums and no time-outs of its own, because the store owns all three. */
final class S3Clients {
    private static final String REGION_BESIDE_AN_ENDPOINT = "us-east-1";

    private S3Clients() {}

    static S3Client open(StoreConfig config) {
        SdkHttpClient http = new AbortableHttpClient(http(config.limits()));
        try {
            return builder(config).httpClient(http).build();
        } catch (SdkException e) {
            http.close();
            throw S3Errors.translate(RequestKind.HEAD, "open " + config.location(), e, null);
        }
    }

    private static SdkHttpClient http(StoreLimits limits) {
        return Apache5HttpClient.builder()
                .maxConnections(limits.maxConnections())
                .connectionTimeout(limits.connectTimeout())
                .connectionAcquisitionTimeout(limits.attemptTimeout())
                .socketTimeout(limits.attemptTimeout())
                .tcpKeepAlive(true)
                .build();
    }

    private static S3ClientBuilder builder(StoreConfig config) {
        S3Endpoint endpoint = config.endpoint();
        S3ClientBuilder builder = S3Client.builder()
                .credentialsProvider(credentials(config.credentials()))
                .forcePathStyle(endpoint.addressing() == S3Endpoint.Addressing.PATH)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                // a plain body with its length: every store understands it, and its checksum is in the header already
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (config.protection().checksums() == StoreProtection.ChecksumPolicy.WHEN_REQUIRED) {
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        if (endpoint.endpoint() != null) {
            builder.endpointOverride(endpoint.endpoint());
            builder.region(Region.of(endpoint.region() == null ? REGION_BESIDE_AN_ENDPOINT : endpoint.region()));
        } else if (endpoint.region() != null) {
            builder.region(Region.of(endpoint.region()));
        }
        return builder;
    }

    private static AwsCredentialsProvider credentials(StoreCredentials credentials) {
        return switch (credentials) {
            case StoreCredentials.DefaultChain() ->
                DefaultCredentialsProvider.builder().build();
            case StoreCredentials.Keys(String access, String secret, String token) ->
                StaticCredentialsProvider.create(
                        token == null
                                ? AwsBasicCredentials.create(access, secret)
                                : AwsSessionCredentials.create(access, secret, token));
        };
    }
}
