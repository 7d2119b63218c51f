package io.firn.tiered.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a Ceph object gateway, three processes from the distribution's packages. It knows nothing of the
 * newer checksums, so it stands for every older S3-compatible store.
 */
final class CephStoreTest extends ObjectStoreContract {
    private static final int FIRST_PORT = 47_200;
    private static final int PORTS = 30;
    private static final List<String> TOOLS =
            List.of("ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph-authtool");

    @TempDir
    private static Path directory;

    @Override
    StoreBackend start() throws IOException {
        List<String> missing = TOOLS.stream().filter(tool -> !isInstalled(tool)).toList();
        if (!missing.isEmpty()) {
            return Required.absent(
                    "ceph", missing + " not installed; 'tiered-s3/src/test/scripts/ceph-rgw install' does it");
        }
        int port = FIRST_PORT + (int) (ProcessHandle.current().pid() % 50) * PORTS;
        ServerProcess server = ServerProcess.start(
                directory,
                List.of(
                        ServerProcess.module()
                                .resolve("src/test/scripts/ceph-rgw")
                                .toString(),
                        "run",
                        directory.resolve("ceph").toString(),
                        Integer.toString(port),
                        "firn",
                        "not-a-secret"));
        server.awaitOutput("ready");
        StoreConfig config = S3Backend.config(
                URI.create("http://127.0.0.1:" + (port + 20)),
                "contract",
                new StoreCredentials.Keys("firn", "not-a-secret", null),
                new StoreProtection(
                        StoreProtection.ChecksumPolicy.WHEN_REQUIRED,
                        new StoreProtection.ServerEncryption.BucketDefault()));
        S3Backend.createBucket(config);
        return new S3Backend(
                config,
                S3Backend.allBut(StoreBackend.Trait.ATTESTS_CHECKSUM, StoreBackend.Trait.KNOWS_ABORTED),
                server::close);
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
    }
}
