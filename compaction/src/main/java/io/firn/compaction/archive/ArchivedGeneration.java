package io.firn.compaction.archive;

import io.firn.compaction.segment.FileKind;
import io.firn.compaction.segment.SealedFile;
import io.firn.compaction.segment.SealedWriter;
import io.firn.compaction.segment.SegmentName;
import io.firn.compaction.store.Manifest;
import io.firn.compaction.store.ManifestCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the object {@code m/<number>} says: which generation counts from here on. Numbers have no gaps; the highest counts. A
 * file of kind ARCHIVE, its generation field is the number. Content (big endian):
 *
 * <pre>
 *    0  16  writer
 *   16   8  when it was written, ms
 *   24   4  n
 *   28   n  the manifest, see ManifestCodec; none (n = 0) when a writer was the first and had nothing there yet
 * </pre>
 *
 * All objects that the manifest needs were there and whole before this one was made.
 *
 * @param number of this one in the series
 * @param writer a broker's, from the opening of a queue to its closing
 * @param writtenAt by the writer's clock, ms
 * @param manifest the generation; null when there is none yet
 */
record ArchivedGeneration(
        long number, UUID writer, long writtenAt, @Nullable Manifest manifest) {

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(writer.getMostSignificantBits());
            out.writeLong(writer.getLeastSignificantBits());
            out.writeLong(writtenAt);
            byte[] content = manifest == null ? new byte[0] : ManifestCodec.encode(manifest);
            out.writeInt(content.length);
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return SealedWriter.inMemory(FileKind.ARCHIVE, new SegmentName(0, number), bytes.toByteArray());
    }

    /** Reads it back; throws when it is damaged, of a newer format, or another one. */
    static ArchivedGeneration decode(String name, long number, byte[] bytes) throws IOException {
        try (SealedFile sealed = SealedFile.of(Path.of(name), bytes, FileKind.ARCHIVE)) {
            sealed.verify();
            if (sealed.generation() != number) {
                throw new IOException("it is number " + sealed.generation());
            }
            byte[] content = sealed.content().toArray(ValueLayout.JAVA_BYTE);
            try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(content))) {
                UUID writer = new UUID(in.readLong(), in.readLong());
                long writtenAt = in.readLong();
                byte[] manifest = in.readNBytes(in.readInt());
                return new ArchivedGeneration(
                        number, writer, writtenAt, manifest.length == 0 ? null : ManifestCodec.decode(manifest));
            }
        }
    }
}
