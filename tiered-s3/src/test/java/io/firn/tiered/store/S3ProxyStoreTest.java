package io.firn.tiered.store;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** The contract on s3proxy, which other people wrote and which checks signatures. Runs in this JVM, always. */
final class S3ProxyStoreTest extends ObjectStoreContract {
    @Override
    StoreBackend start() throws Exception {
        S3Proxy server = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .blobStore(new TransientNio2BlobStore())
                .awsAuthentication(AuthenticationType.AWS_V4, "firn", "not-a-secret")
                .ignoreUnknownHeaders(true)
                .build();
        server.start();
        StoreConfig config = S3Backend.config(
                URI.create("http://127.0.0.1:" + server.getPort()),
                "contract",
                new StoreCredentials.Keys("firn", "not-a-secret", null),
                StoreProtection.DEFAULT);
        S3Backend.createBucket(config);
        return new S3Backend(
                config,
                S3Backend.allBut(
                        StoreBackend.Trait.ANY_KEY_SHAPE,
                        StoreBackend.Trait.LISTS_BY_UTF8,
                        StoreBackend.Trait.REFUSES_PART_OF_ABORTED),
                () -> stop(server));
    }

    private static void stop(S3Proxy server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError("s3proxy did not stop", e);
        }
    }
}
