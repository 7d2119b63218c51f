package io.firn.tiered.store;

import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;

/** A fault server with the whole stack of stores on it. */
final class ScriptedStore implements AutoCloseable {
    static final RetryPolicy QUICK =
            new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMinutes(2));
    static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(2));

    private final ScriptedS3 server;
    private final ObjectStores stores;

    private ScriptedStore(ScriptedS3 server, ObjectStores stores) {
        this.server = server;
        this.stores = stores;
    }

    /** No request times out, however busy the machine. */
    static ScriptedStore open(FaultScript script, RetryPolicy retries) {
        return open(script, retries, Duration.ofHours(1));
    }

    static ScriptedStore open(FaultScript script, RetryPolicy retries, Duration attemptTimeout) {
        ScriptedS3 server = ScriptedS3.start(script);
        StoreLimits limits = new StoreLimits(Duration.ofSeconds(30), attemptTimeout, 64 << 20, 16, retries);
        StoreConfig config = new StoreConfig(
                URI.create("s3://" + ScriptedS3.BUCKET),
                new S3Endpoint(null, server.endpoint(), S3Endpoint.Addressing.PATH),
                new StoreCredentials.Keys("any", "any", null),
                StoreProtection.DEFAULT,
                limits);
        return new ScriptedStore(server, ObjectStores.open(config, new SecureRandom()));
    }

    ScriptedS3 server() {
        return server;
    }

    ObjectStores stores() {
        return stores;
    }

    ObjectStore store() {
        return stores.forPurpose(Purpose.COMMIT);
    }

    @Override
    public void close() {
        stores.close();
        server.close();
    }
}
