package io.firn.it.tiered;

import java.net.URI;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/** s3proxy in this JVM, with one bucket in memory: an S3 server that nobody here wrote, and that checks signatures. */
final class S3Server implements AutoCloseable {

    private static final String BUCKET = "firn";
    private static final String KEY = "firn";
    private static final String SECRET = "not-a-secret";

    private final S3Proxy server;
    private final BlobStore objects;

    private S3Server(S3Proxy server, BlobStore objects) {
        this.server = server;
        this.objects = objects;
    }

    static S3Server start() {
        BlobStore objects = new TransientNio2BlobStore();
        objects.createContainer(BUCKET);
        S3Proxy server = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .blobStore(objects)
                .awsAuthentication(AuthenticationType.AWS_V4, KEY, SECRET)
                .ignoreUnknownHeaders(true)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new AssertionError("s3proxy does not start", e);
        }
        return new S3Server(server, objects);
    }

    /** The plugin's settings for this server. */
    Map<String, String> settings() {
        return Map.of(
                "location",
                "s3://" + BUCKET + "/it",
                "endpoint",
                "http://127.0.0.1:" + server.getPort(),
                "region",
                "us-east-1",
                "path-style",
                "true",
                "access-key",
                KEY,
                "secret-key",
                SECRET);
    }

    /** Whether there is anything in the bucket. */
    boolean isFilled() {
        return !objects.list(BUCKET).contents().isEmpty();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError("s3proxy does not stop", e);
        }
    }
}
