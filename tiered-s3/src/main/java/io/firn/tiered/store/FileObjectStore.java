package io.firn.tiered.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A directory that keeps the contract of a bucket: an object appears whole and forced to disk, under its name by hard
 * link (create-only) or rename (overwrite). Several processes may share the directory. Formats: {@link FileNames},
 * {@link ObjectTrailer}. Stateless beside the counter of temporary names.
 */
final class FileObjectStore implements ObjectStore {
    private static final int READ_BYTES = 1 << 20;

    private final Path root;
    private final FileUploads uploads;
    private final String instance;
    private final AtomicLong temporaries = new AtomicLong();

    private FileObjectStore(Path root, WriteId instance) {
        this.root = root;
        this.uploads = new FileUploads(root.resolve(FileNames.UPLOADS));
        this.instance = instance.value();
    }

    /** Creates the directory if need be. {@code instance} tells apart the temporary files of processes that share it. */
    static FileObjectStore open(Path root, WriteId instance) {
        try {
            Files.createDirectories(root);
            ObjectFile.sweep(root.resolve(FileNames.TEMPORARY).resolve(instance.value()));
        } catch (IOException e) {
            throw new StoreException.Fatal("open " + root + ": " + e + "; name a directory the broker may create", e);
        }
        return new FileObjectStore(root, instance);
    }

    /** File work that may fail. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    @Override
    public StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel) {
        KeyRules.checkKey(key);
        Path target = FileNames.ofObject(root, key);
        return call("put " + key, cancel, () -> {
            if (options.mode() == PutMode.CREATE_ONLY && Files.exists(target)) {
                throw new StoreException.Fenced("put " + key + ": the key exists", null);
            }
            try (ObjectFile file = ObjectFile.begin(temporary());
                    InputStream in = body.open()) {
                file.append("put " + key, in, cancel);
                return publish(key, file, options);
            }
        });
    }

    @Override
    public ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel) {
        KeyRules.checkKey(key);
        KeyRules.checkRoom(range, into.remaining());
        Path path = FileNames.ofObject(root, key);
        return call("read " + key, cancel, () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ObjectTrailer trailer = ObjectTrailer.read(path, channel);
                ObjectRead extent = extent("read " + key, range, trailer);
                int start = into.position();
                fill(channel, extent, into, cancel);
                if (range instanceof ByteRange.Whole
                        && Checksums.of(into.slice(start, extent.readBytes())) != trailer.crc32c()) {
                    throw new StoreException.Corrupt(
                            "read " + key + ": the bytes do not match the object's CRC-32C", null);
                }
                return extent;
            }
        });
    }

    @Override
    public ObjectHead head(String key, CancelToken cancel) {
        KeyRules.checkKey(key);
        Path path = FileNames.ofObject(root, key);
        return call("head " + key, cancel, () -> {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ObjectTrailer trailer = ObjectTrailer.read(path, channel);
                return new ObjectHead(
                        key,
                        trailer.objectBytes(),
                        trailer.etag(),
                        Files.getLastModifiedTime(path).toInstant(),
                        OptionalInt.of(trailer.crc32c()),
                        trailer.writeId(),
                        trailer.storageClass(),
                        trailer.metadata());
            }
        });
    }

    @Override
    public ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel) {
        KeyRules.checkPrefix(prefix);
        KeyRules.checkPage(maxKeys);
        return call("list " + prefix, cancel, () -> {
            List<String> keys = new FileListing(root, cancel).keys(prefix);
            List<ListPage.Entry> entries = new ArrayList<>();
            for (String key : keys) {
                if (startAfter != null && KeyRules.BYTE_ORDER.compare(key, startAfter) <= 0) {
                    continue;
                }
                if (entries.size() == maxKeys) {
                    return new ListPage(entries, entries.getLast().key());
                }
                ListPage.Entry entry = entry(key);
                if (entry != null) {
                    entries.add(entry);
                }
            }
            return new ListPage(entries, null);
        });
    }

    @Override
    public void delete(String key, CancelToken cancel) {
        KeyRules.checkKey(key);
        Path path = FileNames.ofObject(root, key);
        call("delete " + key, cancel, () -> {
            if (Files.deleteIfExists(path)) {
                Path directory = ObjectFile.directoryOf(path);
                ObjectFile.force(directory);
                prune(directory);
            }
            return path;
        });
    }

    @Override
    public List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel) {
        KeyRules.checkPage(keys.size());
        List<DeleteFailure> failures = new ArrayList<>();
        for (String key : keys) {
            try {
                delete(key, cancel);
            } catch (StoreException.Retryable | StoreException.Fatal e) {
                failures.add(new DeleteFailure(key, e));
            }
        }
        return failures;
    }

    @Override
    public UploadRef createUpload(String key, PutOptions options, CancelToken cancel) {
        KeyRules.checkKey(key);
        UploadRef upload = new UploadRef(key, instance + "-" + temporaries.incrementAndGet());
        return call("create upload " + key, cancel, () -> uploads.create(upload, options, temporary()));
    }

    @Override
    public UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel) {
        KeyRules.checkPartNumber(number);
        String what = "part " + number + " of " + upload.key();
        return call(what, cancel, () -> {
            try (ObjectFile file = ObjectFile.begin(temporary());
                    InputStream in = body.open()) {
                file.append(what, in, cancel);
                return uploads.addPart(upload, number, file);
            }
        });
    }

    @Override
    public StoredObject completeUpload(
            UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel) {
        KeyRules.checkParts(parts);
        String what = "complete upload " + upload.key();
        return call(what, cancel, () -> {
            PutOptions options = uploads.options(upload);
            try (ObjectFile file = ObjectFile.begin(temporary())) {
                uploads.join(upload, parts, file, cancel);
                StoredObject stored = publish(upload.key(), file, options);
                uploads.remove(upload);
                return stored;
            }
        });
    }

    @Override
    public void abortUpload(UploadRef upload, CancelToken cancel) {
        call("abort upload " + upload.key(), cancel, () -> {
            uploads.remove(upload);
            return upload;
        });
    }

    @Override
    public UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel) {
        KeyRules.checkPrefix(prefix);
        return call("list uploads " + prefix, cancel, () -> uploads.list(prefix, startAfter));
    }

    private StoredObject publish(String key, ObjectFile file, PutOptions options) throws IOException {
        ObjectTrailer trailer = ObjectTrailer.of(options, file.lengthBytes(), file.crc32c());
        file.seal(trailer);
        file.publish(FileNames.ofObject(root, key), options.mode());
        return new StoredObject(key, trailer.objectBytes(), trailer.etag(), trailer.crc32c());
    }

    private ListPage.@Nullable Entry entry(String key) throws IOException {
        Path path = FileNames.ofObject(root, key);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ObjectTrailer trailer = ObjectTrailer.read(path, channel);
            return new ListPage.Entry(
                    key,
                    trailer.objectBytes(),
                    trailer.etag(),
                    Files.getLastModifiedTime(path).toInstant());
        } catch (NoSuchFileException deletedMeanwhile) {
            return null;
        }
    }

    private static ObjectRead extent(String what, ByteRange range, ObjectTrailer trailer) {
        long size = trailer.objectBytes();
        return switch (range) {
            case ByteRange.Exact(long offset, int length) -> {
                if (length > size - offset) {
                    throw new StoreException.Corrupt(
                            what + ": the object has " + size + " bytes, expected " + length + " at " + offset, null);
                }
                yield new ObjectRead(offset, length, size, trailer.etag());
            }
            case ByteRange.Suffix(int maxBytes) -> {
                if (size == 0) {
                    throw new StoreException.Corrupt(what + ": the object is empty, a suffix was asked for", null);
                }
                int length = (int) Math.min(maxBytes, size);
                yield new ObjectRead(size - length, length, size, trailer.etag());
            }
            case ByteRange.Whole(int maxBytes) -> {
                if (size > maxBytes) {
                    throw new StoreException.Corrupt(
                            what + ": the object has " + size + " bytes, expected at most " + maxBytes, null);
                }
                yield new ObjectRead(0, (int) size, size, trailer.etag());
            }
        };
    }

    private static void fill(FileChannel channel, ObjectRead extent, ByteBuffer into, CancelToken cancel)
            throws IOException {
        for (int done = 0; done < extent.readBytes(); ) {
            cancel.check("read");
            int chunk = Math.min(READ_BYTES, extent.readBytes() - done);
            int got = channel.read(into.slice(into.position(), chunk), extent.offset() + done);
            if (got < 0) {
                throw new IOException("file became shorter while it was read");
            }
            into.position(into.position() + got);
            done += got;
        }
    }

    /** Removes directories that became empty; a put that wanted one of them makes it again. */
    private void prune(Path directory) throws IOException {
        try {
            for (Path empty = directory; !empty.equals(root); empty = ObjectFile.directoryOf(empty)) {
                Files.delete(empty);
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException inUse) {
            return;
        }
    }

    private Path temporary() {
        return root.resolve(FileNames.TEMPORARY).resolve(instance + "-" + temporaries.incrementAndGet());
    }

    private static <T> T call(String what, CancelToken cancel, Work<T> work) {
        cancel.check(what);
        try {
            return work.run();
        } catch (IOException e) {
            throw FileErrors.translate(what, e);
        } catch (UnsupportedOperationException e) {
            throw FileErrors.unsupported(what, e);
        }
    }
}
