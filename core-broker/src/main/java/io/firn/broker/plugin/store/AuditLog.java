package io.firn.broker.plugin.store;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * {@code audit.log}: one line per change of a plugin's state, appended and never rewritten:
 *
 * <pre>
 * 2026-11-23T12:00:00Z tiered-s3@1.2.0 STARTING -&gt; ACTIVE operator enable
 * </pre>
 *
 * A broker has one of these; what was noted is on disk. Any thread, one at a time.
 */
public final class AuditLog {

    private final Path file;
    private final Clock clock;

    public AuditLog(Path directory, Clock clock) {
        this.file = directory.resolve("audit.log");
        this.clock = clock;
    }

    /** Appends a line; {@code what} is cut to one line. */
    public synchronized void note(String subject, String what) {
        String line = Instant.ofEpochMilli(clock.millis()) + " " + subject + " " + what.replaceAll("\\s+", " ") + "\n";
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    line,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
        } catch (IOException e) {
            throw new StorageException("can not append to " + file + ": " + e, e);
        }
    }
}
