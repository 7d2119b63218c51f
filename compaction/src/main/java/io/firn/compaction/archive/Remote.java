package io.firn.compaction.archive;

import io.firn.compaction.segment.FileMark;
import io.firn.compaction.store.QueueName;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.objects.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one queue. Stateless; any thread that may block.
 *
 * @param queue whose
 * @param space where
 */
record Remote(QueueName queue, ObjectSpace space) {

    private static final int PAGE = 1000;
    private static final int CHUNK_BYTES = 8 << 20;
    private static final long MOST_MANIFEST_BYTES = 1L << 30;

    /** Takes the bytes of an object, chunk by chunk. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer chunk) throws IOException;
    }

    ArchiveNames names() {
        return ArchiveNames.of(queue);
    }

    /** All objects whose names begin so. */
    List<StoredObject> list(String prefix) throws ObjectException {
        List<StoredObject> all = new ArrayList<>();
        List<StoredObject> page;
        do {
            page = space.list(prefix, all.isEmpty() ? "" : all.getLast().name(), PAGE);
            all.addAll(page);
        } while (page.size() == PAGE);
        return all;
    }

    /** The one that counts; null when there is none. */
    @Nullable
    ArchivedGeneration newest() throws IOException {
        long newest = 0;
        for (StoredObject object : list(names().manifests())) {
            newest = Math.max(newest, names().numberOf(object.name()));
        }
        if (newest > 0) {
            return read(newest);
        }
        if (!space.list(names().files(), "", 1).isEmpty()) {
            throw damaged(names().manifests(), "has no manifest, though there are files", null);
        }
        return null;
    }

    /** The manifest with this number. */
    ArchivedGeneration read(long number) throws IOException {
        String name = names().manifest(number);
        long length = head(name).lengthBytes();
        if (length > MOST_MANIFEST_BYTES) {
            throw damaged(name, "has " + length + " bytes", null);
        }
        byte[] bytes = bytes(name, (int) length);
        ArchivedGeneration read;
        try {
            read = ArchivedGeneration.decode(name, number, bytes);
        } catch (IOException e) {
            throw damaged(name, "can not be read (" + e.getMessage() + ")", e);
        }
        if (read.manifest() != null && !read.manifest().queue().equals(queue)) {
            throw damaged(
                    name,
                    "is that of " + read.manifest().queue() + " with keys from property "
                            + read.manifest().queue().keyProperty(),
                    null);
        }
        return read;
    }

    private byte[] bytes(String name, int length) throws IOException {
        try {
            return length == 0 ? new byte[0] : space.read(name, 0, length).array();
        } catch (ObjectException e) {
            throw named(name, e);
        }
    }

    private StoredObject head(String name) throws IOException {
        try {
            return space.head(name);
        } catch (ObjectException e) {
            throw named(name, e);
        }
    }

    /** Reads a whole object and compares it with its mark. */
    void fetch(String name, FileMark mark, Sink sink) throws IOException {
        CRC32C crc = new CRC32C();
        try {
            for (long at = 0; at < mark.bytes(); ) {
                ByteBuffer chunk = space.read(name, at, (int) Math.min(CHUNK_BYTES, mark.bytes() - at));
                at += chunk.remaining();
                crc.update(chunk.duplicate());
                sink.take(chunk);
            }
        } catch (ObjectException e) {
            throw named(name, e);
        }
        if ((int) crc.getValue() != mark.fileCrc()) {
            throw damaged(name, "fails its checksum", null);
        }
    }

    /** Whether the object there has the length and the checksum of the mark; reads it when the storage attests none. */
    boolean isWhole(String name, FileMark mark) throws IOException {
        StoredObject there;
        try {
            there = space.head(name);
        } catch (ObjectException e) {
            if (e.reason() == Reason.MISSING) {
                return false;
            }
            throw e;
        }
        if (there.lengthBytes() != mark.bytes()) {
            return false;
        }
        if (there.crc32c().isPresent()) {
            return there.crc32c().getAsInt() == mark.fileCrc();
        }
        try {
            fetch(name, mark, chunk -> {});
            return true;
        } catch (DamagedArchiveException e) {
            return false;
        }
    }

    /** Creates an object; the checksum of what was sent. Empty when the name is taken. */
    OptionalInt create(String name, ObjectContent content) throws ObjectException {
        try {
            return OptionalInt.of(space.put(name, content).crc32c().orElse(0));
        } catch (ObjectException e) {
            if (e.reason() == Reason.EXISTS) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    private IOException named(String name, ObjectException e) {
        return switch (e.reason()) {
            case MISSING -> damaged(name, "is gone", e);
            case DAMAGED -> damaged(name, "is shorter than it was stored", e);
            default -> e;
        };
    }

    DamagedArchiveException damaged(String name, String what, @Nullable Throwable cause) {
        return new DamagedArchiveException(
                "queue " + queue + ": object " + name + " of its archive " + what
                        + "; put it back from a copy of the storage, or delete the objects below "
                        + names().directory() + " to do without the archive",
                cause);
    }
}
