package io.firn.tiered.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unfinished uploads of a {@code file:} store, one directory each, every file of the form of {@link ObjectTrailer}.
 *
 * <pre>
 * ID/upload    the key as the object's bytes; the trailer holds the options of the object to be
 * ID/00001     part 1
 * </pre>
 */
final class FileUploads {
    private static final String HEAD = "upload";
    private static final Comparator<UploadPage.Entry> ORDER =
            Comparator.comparing(UploadPage.Entry::key, KeyRules.BYTE_ORDER).thenComparing(UploadPage.Entry::uploadId);

    private final Path directory;

    FileUploads(Path directory) {
        this.directory = directory;
    }

    UploadRef create(UploadRef upload, PutOptions options, Path temporary) throws IOException {
        try (ObjectFile file = ObjectFile.begin(temporary)) {
            byte[] key = upload.key().getBytes(StandardCharsets.UTF_8);
            file.append("create upload " + upload.key(), new ByteArrayInputStream(key), CancelToken.none());
            file.seal(ObjectTrailer.of(options, key.length, file.crc32c()));
            file.publish(path(upload).resolve(HEAD), PutMode.OVERWRITE);
        }
        return upload;
    }

    UploadedPart addPart(UploadRef upload, int number, ObjectFile file) throws IOException {
        options(upload);
        PutOptions options =
                PutOptions.overwrite(new WriteId("part-" + number + "-" + Integer.toHexString(file.crc32c())));
        ObjectTrailer trailer = ObjectTrailer.of(options, file.lengthBytes(), file.crc32c());
        file.seal(trailer);
        file.publish(part(upload, number), PutMode.OVERWRITE);
        return new UploadedPart(number, trailer.etag(), trailer.objectBytes(), trailer.crc32c());
    }

    /** The options the upload was created with; replaces what is at the key, as an upload always does. */
    PutOptions options(UploadRef upload) throws IOException {
        Path head = path(upload).resolve(HEAD);
        try (FileChannel channel = FileChannel.open(head, StandardOpenOption.READ)) {
            ObjectTrailer trailer = ObjectTrailer.read(head, channel);
            return new PutOptions(PutMode.OVERWRITE, trailer.writeId(), trailer.storageClass(), trailer.metadata());
        } catch (NoSuchFileException e) {
            throw new StoreException.Missing(
                    "upload " + upload.uploadId() + " of " + upload.key() + ": aborted, completed or never begun", e);
        }
    }

    void join(UploadRef upload, List<UploadedPart> parts, ObjectFile into, CancelToken cancel) throws IOException {
        for (int i = 0; i < parts.size(); i++) {
            UploadedPart part = parts.get(i);
            String what = "part " + part.number() + " of " + upload.key();
            if (i < parts.size() - 1 && part.lengthBytes() < KeyRules.MIN_PART_BYTES) {
                throw new StoreException.Fatal(
                        what + ": " + part.lengthBytes() + " bytes, every part but the last needs "
                                + KeyRules.MIN_PART_BYTES,
                        null);
            }
            append(what, part, part(upload, part.number()), into, cancel);
        }
        if (into.crc32c() != Checksums.ofParts(parts)) {
            throw new StoreException.Corrupt(
                    "complete upload " + upload.key() + ": the parts on disk are not the bytes that were sent", null);
        }
    }

    private static void append(String what, UploadedPart part, Path path, ObjectFile into, CancelToken cancel)
            throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
                InputStream in = Channels.newInputStream(channel)) {
            ObjectTrailer trailer = ObjectTrailer.read(path, channel);
            if (!trailer.etag().equals(part.etag())) {
                throw new StoreException.Fatal(what + ": the part stored last has another tag", null);
            }
            into.append(what, new BoundedStream(in, trailer.objectBytes()), cancel);
        } catch (NoSuchFileException e) {
            throw new StoreException.Fatal(what + ": no such part was stored", e);
        }
    }

    void remove(UploadRef upload) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path(upload))) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException alreadyGone) {
            return;
        }
        Files.deleteIfExists(path(upload));
    }

    UploadPage list(String prefix, UploadPage.@Nullable Entry startAfter) throws IOException {
        List<UploadPage.Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> ids = Files.newDirectoryStream(directory)) {
            for (Path id : ids) {
                UploadPage.Entry entry = entry(id);
                if (entry != null
                        && entry.key().startsWith(prefix)
                        && (startAfter == null || ORDER.compare(entry, startAfter) > 0)) {
                    entries.add(entry);
                }
            }
        } catch (NoSuchFileException noUploadYet) {
            return new UploadPage(List.of(), null);
        }
        entries.sort(ORDER);
        boolean more = entries.size() > KeyRules.MAX_PAGE;
        List<UploadPage.Entry> page = more ? entries.subList(0, KeyRules.MAX_PAGE) : entries;
        return new UploadPage(page, more ? page.getLast() : null);
    }

    private static UploadPage.@Nullable Entry entry(Path id) throws IOException {
        Path head = id.resolve(HEAD);
        try (FileChannel channel = FileChannel.open(head, StandardOpenOption.READ);
                InputStream in = Channels.newInputStream(channel)) {
            long keyBytes = ObjectTrailer.read(head, channel).objectBytes();
            String key = new String(new BoundedStream(in, keyBytes).readAllBytes(), StandardCharsets.UTF_8);
            return new UploadPage.Entry(
                    key,
                    String.valueOf(id.getFileName()),
                    Files.getLastModifiedTime(head).toInstant());
        } catch (NoSuchFileException removedMeanwhile) {
            return null;
        }
    }

    private Path path(UploadRef upload) {
        if (!upload.uploadId().matches("[A-Za-z0-9._-]{1,200}")) {
            throw new StoreException.Missing("upload '" + upload.uploadId() + "': no id of this store", null);
        }
        return directory.resolve(upload.uploadId());
    }

    private Path part(UploadRef upload, int number) {
        return path(upload).resolve(String.format("%05d", number));
    }

    /** The first bytes of a stream. */
    private static final class BoundedStream extends InputStream {
        private final InputStream in;
        private long left;

        BoundedStream(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int got = in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(0, got);
            return got;
        }
    }
}
