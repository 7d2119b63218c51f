package io.firn.it.interop;

import io.firn.it.harness.Sut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Waits for what a broker writes behind: its configuration files, every few seconds. */
final class BackgroundWrites {

    private BackgroundWrites() {}

    /** Returns when the committed offsets were written to disk after the last commit, so that a kill keeps them. */
    static void await(Sut sut) {
        Path offsets = sut.store().resolve("config").resolve("consumerOffset.json");
        long asked = System.currentTimeMillis();
        Awaitility.await("committed offsets on disk")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> isWrittenSince(offsets, asked) || isUnchangedFor(offsets, Duration.ofSeconds(12)));
    }

    private static boolean isWrittenSince(Path file, long time) throws IOException {
        return Files.exists(file) && modified(file).toMillis() > time;
    }

    private static boolean isUnchangedFor(Path file, Duration quiet) throws IOException {
        return Files.exists(file) && System.currentTimeMillis() - modified(file).toMillis() > quiet.toMillis();
    }

    private static FileTime modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file);
    }
}
