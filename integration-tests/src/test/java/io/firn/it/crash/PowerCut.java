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
 * highest acknowledged record, or up to the flushed position the checkpoint states if that is higher; entries of consume
 * queues and key index below the forced position the checkpoint states.
 *
 * <p>Checkpoint format: {@code long} at 32 flushed position of the log, at 40 position up to which queues and index were
 * forced. Index file: 40 bytes of head, of which the {@code long}s at 0 and 16 never change; slots of 4 bytes; entries of
 * 20 bytes with the position at 4, of which the first is not used.
 */
final class PowerCut {

    /** What is found where unforced bytes were. */
    enum Debris {
        ZEROS,
        GARBAGE
    }

    private static final int UNIT_BYTES = 20;
    private static final int INDEX_END_TIME = 8;
    private static final int INDEX_BEGIN_POSITION = 16;
    private static final int INDEX_END_POSITION = 24;
    private static final int INDEX_NEXT = 36;
    private static final int INDEX_HEAD_BYTES = 40;

    private final Path store;
    private final int indexSlots;
    private final Debris debris;
    private final Random random;

    /** Of a store whose index files have this many slots. */
    PowerCut(Path store, int indexSlots, Debris debris, Random random) {
        this.store = store;
        this.indexSlots = indexSlots;
        this.debris = debris;
        this.random = random;
    }

    /** Damages the files; {@code acknowledgedRecord} is the position of the highest acknowledged record. */
    void strike(long acknowledgedRecord) throws IOException {
        ByteBuffer checkpoint = ByteBuffer.wrap(Files.readAllBytes(store.resolve("checkpoint")));
        cutLog(Math.max(endOf(acknowledgedRecord), checkpoint.getLong(32)));
        cutQueues(checkpoint.getLong(40));
        cutIndex(checkpoint.getLong(40));
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
        for (Path file : filesBelow("consumequeue")) {
            cutQueue(file, forcedPosition);
        }
    }

    private void cutQueue(Path file, long forcedPosition) throws IOException {
        ByteBuffer units = ByteBuffer.wrap(Files.readAllBytes(file));
        int at = 0;
        while (at + UNIT_BYTES <= units.capacity() && units.getInt(at + 8) > 0 && units.getLong(at) < forcedPosition) {
            at += UNIT_BYTES;
        }
        int end = at;
        while (end + UNIT_BYTES <= units.capacity() && units.getInt(end + 8) > 0) {
            end += UNIT_BYTES;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(debris(end - at), at);
        }
    }

    private void cutIndex(long forcedPosition) throws IOException {
        for (Path file : filesBelow("index")) {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            int next = Math.max(1, bytes.getInt(INDEX_NEXT));
            int forced = 1;
            while (forced < next && bytes.getLong(indexEntry(forced) + 4) < forcedPosition) {
                forced++;
            }
            if (forced < next) {
                cutIndexFile(file, bytes, forced, next);
            }
        }
    }

    private void cutIndexFile(Path file, ByteBuffer bytes, int forced, int next) throws IOException {
        litter(bytes, indexEntry(forced), indexEntry(next));
        for (int at = INDEX_HEAD_BYTES; at < indexEntry(0); at += 4) {
            if (bytes.getInt(at) >= forced) {
                litter(bytes, at, at + 4);
            }
        }
        litter(bytes, INDEX_END_TIME, INDEX_BEGIN_POSITION);
        litter(bytes, INDEX_END_POSITION, INDEX_HEAD_BYTES);
        if (forced == 1) {
            litter(bytes, 0, INDEX_HEAD_BYTES);
        }
        Files.write(file, bytes.array());
    }

    private int indexEntry(int number) {
        return INDEX_HEAD_BYTES + 4 * indexSlots + 20 * number;
    }

    private void litter(ByteBuffer bytes, int from, int to) {
        bytes.put(from, debris(to - from).array());
    }

    private List<Path> filesBelow(String name) throws IOException {
        Path root = store.resolve(name);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile).toList();
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
