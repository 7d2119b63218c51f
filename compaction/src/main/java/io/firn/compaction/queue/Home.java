package io.firn.compaction.queue;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.OtherIncarnationException;
import io.firn.compaction.store.QueueName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * The plugin's directory: {@code topics/<topic>/<queue>} for what is in use, {@code trash/<topic>-<queue>-<time>} for what
 * belonged to a topic that was deleted, kept for a day in case that was a mistake.
 *
 * @param disk where it is
 * @param directory its path
 * @param clock wall clock
 * @param seeds gives each new queue the seed of its key hashes
 */
public record Home(Disk disk, Path directory, InstantSource clock, RandomGenerator seeds) {

    private static final Duration TRASH_STAYS = Duration.ofDays(1);

    /** Opens a queue; data of an earlier topic of that name goes to the trash. */
    CompactedQueue open(QueueName name) throws IOException {
        try {
            return CompactedQueue.open(disk, path(name), name, seeds);
        } catch (OtherIncarnationException e) {
            moveToTrash(name);
            return CompactedQueue.open(disk, path(name), name, seeds);
        }
    }

    private Path path(QueueName name) {
        return directory.resolve("topics").resolve(name.topic()).resolve(Integer.toString(name.queueId()));
    }

    private Path trash() {
        return directory.resolve("trash");
    }

    void moveToTrash(QueueName name) throws IOException {
        disk.createDirectories(trash());
        long time = clock.millis();
        String stem = name.topic() + "-" + name.queueId() + "-";
        while (disk.list(trash()).contains(stem + time)) {
            time++;
        }
        disk.rename(path(name), trash().resolve(stem + time));
        disk.syncDirectory(trash());
    }

    /** Deletes what has been in the trash for a day. */
    public void emptyTrash() throws IOException {
        for (String name : disk.list(trash())) {
            String time = name.substring(name.lastIndexOf('-') + 1);
            if (time.matches("[0-9]{1,18}") && clock.millis() - Long.parseLong(time) >= TRASH_STAYS.toMillis()) {
                Path old = trash().resolve(name);
                for (String file : disk.list(old)) {
                    disk.delete(old.resolve(file));
                }
                disk.delete(old);
            }
        }
    }
}
