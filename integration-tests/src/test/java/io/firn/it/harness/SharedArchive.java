package io.firn.it.harness;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Classes of a kind of child process, parsed and verified, in a file that the JVM writes at its first clean end and maps
 * from then on (dynamic class data sharing, JEP 350): loading classes is most of what a short-lived JVM does. The JVM
 * goes without when the file is missing, half written or of another class path.
 */
final class SharedArchive {

    private final Path file;

    private SharedArchive(Path file) {
        this.file = file;
    }

    /** Of all processes with this class path and main class. */
    static SharedArchive of(String classPath, String mainClass) {
        CRC32 id = new CRC32();
        id.update((classPath + mainClass).getBytes(StandardCharsets.UTF_8));
        return new SharedArchive(Peers.archives().resolve(Long.toHexString(id.getValue()) + ".jsa"));
    }

    boolean isThere() {
        return Files.exists(file);
    }

    List<String> jvmArgs() {
        return List.of(
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + file,
                // what the JVM says of the archive would stand among the lines that tests look at
                "-Xlog:disable");
    }
}
