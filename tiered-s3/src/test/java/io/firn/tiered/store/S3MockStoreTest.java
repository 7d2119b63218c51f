package io.firn.tiered.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The contract on Adobe's S3Mock as a process: it attests checksums; it neither checks signatures nor settles races. */
final class S3MockStoreTest extends ObjectStoreContract {
    @TempDir
    private static Path directory;

    @Override
    StoreBackend start() throws IOException {
        Path jars = ServerProcess.module().resolve("s3mock/target/lib");
        if (!Files.isDirectory(jars)) {
            return Required.absent("s3mock", jars + " is not there; the build of module s3mock fills it");
        }
        int port = ServerProcess.freePort();
        int tlsPort = ServerProcess.freePort();
        ServerProcess server = ServerProcess.start(
                directory,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        jars + "/*",
                        "com.adobe.testing.s3mock.S3MockApplication",
                        "--server.port=" + tlsPort,
                        "--com.adobe.testing.s3mock.httpPort=" + port,
                        "--com.adobe.testing.s3mock.store.root=" + Files.createDirectory(directory.resolve("root"))));
        server.awaitPort(port);
        StoreConfig config = S3Backend.config(
                URI.create("http://127.0.0.1:" + port),
                "contract",
                new StoreCredentials.Keys("any", "any", null),
                StoreProtection.DEFAULT);
        S3Backend.createBucket(config);
        return new S3Backend(
                config,
                S3Backend.allBut(
                        StoreBackend.Trait.ATOMIC_CREATE,
                        StoreBackend.Trait.ANY_KEY_SHAPE,
                        StoreBackend.Trait.LISTS_BY_UTF8,
                        StoreBackend.Trait.CHECKS_SIGNATURES),
                server::close);
    }
}
