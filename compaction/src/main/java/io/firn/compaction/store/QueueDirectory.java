package io.firn.compaction.store;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.FileKind;
import io.firn.compaction.segment.SealedFile;
import io.firn.compaction.segment.SealedWriter;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentName;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files of one queue and their names:
 *
 * <pre>
 *   CURRENT                      which manifest counts; its content is empty, the generation is in the header
 *   MANIFEST-00000042            what generation 42 consists of, see ManifestCodec
 *   s-&lt;base&gt;-&lt;generation&gt;.log    records         .idx  where they are      .keys  hashes of their keys
 *   s-...-.live-&lt;generation&gt;     live bits, only when something is dead
 *   x-*                          temporary; deleted when the queue is opened
 * </pre>
 *
 * A generation counts from the moment CURRENT is renamed over the old one, and all its files are durable before. Owner: the
 * thread that changes the queue.
 */
public final class QueueDirectory {

    private static final String CURRENT = "CURRENT";
    private static final String CURRENT_NEXT = "x-CURRENT";
    private static final String MANIFEST = "MANIFEST-";
    private static final int SMALL = 64;

    private final Disk disk;
    private final Path path;

    QueueDirectory(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The disk it is on. */
    public Disk disk() {
        return disk;
    }

    static String manifestName(long generation) {
        String digits = Long.toString(generation);
        return MANIFEST + "0".repeat(Math.max(0, 8 - digits.length())) + digits;
    }

    List<String> list() throws IOException {
        return disk.list(path);
    }

    static boolean hasCurrent(List<String> names) {
        return names.contains(CURRENT);
    }

    /** Generations that have a manifest, newest first. */
    static List<Long> manifests(List<String> names) {
        List<Long> generations = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith(MANIFEST) && isNumber(name.substring(MANIFEST.length()))) {
                generations.add(Long.parseLong(name.substring(MANIFEST.length())));
            }
        }
        generations.sort(Comparator.reverseOrder());
        return generations;
    }

    /** The highest number in any name: the generation of the latest attempt that left a trace. */
    static long highestNumber(List<String> names) {
        long highest = 0;
        for (String name : names) {
            int dot = name.indexOf('.');
            String stem = dot < 0 ? name : name.substring(0, dot);
            String tail = name.substring(name.lastIndexOf('-') + 1);
            String number = stem.substring(stem.lastIndexOf('-') + 1);
            highest = Math.max(highest, isNumber(number) ? Long.parseLong(number) : 0);
            highest = Math.max(highest, isNumber(tail) ? Long.parseLong(tail) : 0);
        }
        return highest;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    long readCurrent() throws IOException {
        try (SealedFile file = SealedFile.open(disk, path.resolve(CURRENT), FileKind.CURRENT)) {
            file.verify();
            return file.generation();
        }
    }

    Manifest readManifest(long generation) throws IOException {
        Path file = path.resolve(manifestName(generation));
        try (SealedFile sealed = SealedFile.open(disk, file, FileKind.MANIFEST)) {
            sealed.verify();
            Manifest manifest = ManifestCodec.decode(sealed.content().toArray(ValueLayout.JAVA_BYTE));
            if (manifest.generation() != generation) {
                throw new CorruptFileException(file, 0, "holds generation " + manifest.generation());
            }
            return manifest;
        }
    }

    /** Makes the manifest durable, with all names in the directory; nothing counts yet. */
    void prepare(Manifest manifest) throws IOException {
        byte[] bytes = ManifestCodec.encode(manifest);
        Path file = path.resolve(manifestName(manifest.generation()));
        SegmentName tag = new SegmentName(0, manifest.generation());
        try (SealedWriter writer =
                SealedWriter.create(disk, file, FileKind.MANIFEST, tag, ByteBuffer.allocate(SMALL))) {
            writer.write(MemorySegment.ofArray(bytes), 0, bytes.length);
            writer.seal();
        }
        disk.delete(path.resolve(CURRENT_NEXT));
        try (SealedWriter writer = SealedWriter.create(
                disk, path.resolve(CURRENT_NEXT), FileKind.CURRENT, tag, ByteBuffer.allocate(SMALL))) {
            writer.seal();
        }
        disk.syncDirectory(path);
    }

    /** The one step that makes a prepared generation count. After a failure either may count. */
    void switchCurrent() throws IOException {
        disk.rename(path.resolve(CURRENT_NEXT), path.resolve(CURRENT));
        disk.syncDirectory(path);
    }

    /** Makes all names durable as they are now. */
    void sync() throws IOException {
        disk.syncDirectory(path);
    }

    /** Names that a manifest needs, its own included. */
    static Set<String> files(Manifest manifest) {
        Set<String> names = new HashSet<>();
        names.add(manifestName(manifest.generation()));
        for (SegmentMeta segment : manifest.segments()) {
            SegmentName name = segment.name();
            names.addAll(List.of(name.log(), name.index(), name.keys()));
            if (segment.liveness().liveGeneration() != 0) {
                names.add(name.live(segment.liveness().liveGeneration()));
            }
        }
        return names;
    }

    /** Deletes everything but CURRENT and the names wanted. */
    void keepOnly(Predicate<String> wanted) throws IOException {
        for (String name : list()) {
            if (!wanted.test(name) && !name.equals(CURRENT)) {
                disk.delete(path.resolve(name));
            }
        }
    }

    /** Deletes files; those already gone are no error. */
    void delete(Iterable<String> names) throws IOException {
        for (String name : names) {
            disk.delete(path.resolve(name));
        }
    }
}
