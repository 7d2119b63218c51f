package io.firn.it.crash;

import io.firn.it.harness.StoredLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Does to a dead broker's files what losing the page cache could have done. Kept: the commit log up to the end of the
 * highest acknowledged record, or up to the flushed position the checkpoint states if that is higher; consume queue
 * entries below the forced position the checkpoint states.
 *
 * <p>Checkpoint format: {@code long} at 32 flushed position of the log, at 40 position up to which queues were forced.
 */
final class PowerCut {

    /** What is found where unforced bytes were. */
    enum Debris {
        ZEROS,
        GARBAGE
    }

    private static final int UNIT_BYTES = 20;

    private final Path store;
    private final Debris debris;
    private final Random random;

    PowerCut(Path store, Debris debris, Random random) {
        this.store = store;
        this.debris = debris;
        this.random = random;
    }

    /** Damages the files; {@code acknowledgedRecord} is the position of the highest acknowledged record. */
    void strike(long acknowledgedRecord) throws IOException {
        ByteBuffer checkpoint = ByteBuffer.wrap(Files.readAllBytes(store.resolve("checkpoint")));
        cutLog(Math.max(endOf(acknowledgedRecord), checkpoint.getLong(32)));
        cutQueues(checkpoint.getLong(40));
    }

    private long endOf(long position) throws IOException {
        if (position < 0) {
            return 0;
        }
        Path segment = segments().stream()
                .filter(path -> start(path) <= position)
                .reduce((first, second) -> second)
                .orElseThrow();
        try (FileChannel channel = FileChannel.open(segment)) {
            ByteBuffer size = ByteBuffer.allocate(4);
            channel.read(size, position - start(segment));
            return position + size.getInt(0);
        }
    }

    private void cutLog(long end) throws IOException {
        for (Path segment : segments()) {
            long from = Math.max(0, end - start(segment));
            long length = Files.size(segment);
            if (from < length) {
                try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                    channel.write(debris((int) (length - from)), from);
                }
            }
        }
    }

    private void cutQueues(long forcedPosition) throws IOException {
        Path root = store.resolve("consumequeue");
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> tree = Files.walk(root)) {
            files = tree.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            cutQueue(file, forcedPosition);
        }
    }

    private static void cutQueue(Path file, long forcedPosition) throws IOException {
        ByteBuffer units = ByteBuffer.wrap(Files.readAllBytes(file));
        int at = 0;
        while (at + UNIT_BYTES <= units.capacity() && units.getInt(at + 8) > 0 && units.getLong(at) < forcedPosition) {
            at += UNIT_BYTES;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(units.capacity() - at), at);
        }
    }

    private ByteBuffer debris(int length) {
        byte[] bytes = new byte[length];
        if (debris == Debris.GARBAGE) {
            random.nextBytes(bytes);
        }
        return ByteBuffer.wrap(bytes);
    }

    private List<Path> segments() {
        return new StoredLog(store.resolve("commitlog")).segments();
    }

    private static long start(Path segment) {
        return Long.parseLong(segment.getFileName().toString());
    }
}
