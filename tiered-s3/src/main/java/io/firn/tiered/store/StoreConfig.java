package io.firn.tiered.store;

import java.net.URI;
import java.nio.file.Path;

/**
 * Which store, and how to talk to it.
 *
 * @param location {@code s3://bucket}, {@code s3://bucket/prefix} or {@code file:///directory}; every key lies below it
 * @param endpoint and {@code credentials}, {@code protection}, {@code limits}: read for {@code s3:} only, except for
 *     the retries in the limits
 */
public record StoreConfig(
        URI location,
        S3Endpoint endpoint,
        StoreCredentials credentials,
        StoreProtection protection,
        StoreLimits limits) {
    public StoreConfig {
        if ("s3".equals(location.getScheme())) {
            checkBucket(location);
        } else if ("file".equals(location.getScheme())) {
            checkDirectory(location);
        } else {
            throw new IllegalArgumentException(
                    "store location '" + location + "' is neither s3://bucket[/prefix] nor file:///directory");
        }
    }

    /** Everything but the location at its default. */
    public static StoreConfig of(URI location) {
        return new StoreConfig(
                location,
                S3Endpoint.AMAZON,
                new StoreCredentials.DefaultChain(),
                StoreProtection.DEFAULT,
                StoreLimits.DEFAULT);
    }

    /** The same with other retries. */
    public StoreConfig withRetries(RetryPolicy retries) {
        StoreLimits changed = new StoreLimits(
                limits.connectTimeout(),
                limits.attemptTimeout(),
                limits.slowestBytesPerSecond(),
                limits.maxConnections(),
                retries);
        return new StoreConfig(location, endpoint, credentials, protection, changed);
    }

    boolean isDirectory() {
        return "file".equals(location.getScheme());
    }

    Path directory() {
        return Path.of(location);
    }

    String bucket() {
        return location.getAuthority();
    }

    /** What goes before every key: empty, or the path with one slash at its end. */
    String keyPrefix() {
        String path = location.getPath().replaceAll("^/+|/+$", "");
        return path.isEmpty() ? "" : path + "/";
    }

    private static void checkBucket(URI location) {
        String bucket = location.getAuthority();
        if (bucket == null || !bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,254}")) {
            throw new IllegalArgumentException("store location '" + location
                    + "' names no bucket of letters, digits, dots and dashes (credentials do not belong into it)");
        }
        if (location.getQuery() != null || location.getFragment() != null) {
            throw new IllegalArgumentException("store location '" + location + "' has a query or fragment");
        }
    }

    private static void checkDirectory(URI location) {
        if (location.isOpaque()
                || location.getPath() == null
                || !location.getPath().startsWith("/")) {
            throw new IllegalArgumentException("store location '" + location + "' is not file:///absolute/directory");
        }
        if (location.getAuthority() != null || location.getQuery() != null || location.getFragment() != null) {
            throw new IllegalArgumentException("store location '" + location + "' has a host, query or fragment");
        }
    }
}
