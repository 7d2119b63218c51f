package io.firn.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A commit log of a broker that does not run, read and damaged from outside. Small segments are assumed. */
public record StoredLog(Path directory) {

    /** Every record in order of position, up to the first place that holds none; fails on half a record. */
    public List<StoredRecord> records() {
        List<StoredRecord> records = new ArrayList<>();
        List<Path> segments = segments();
        for (int i = 0; i < segments.size(); i++) {
            long start = Long.parseLong(segments.get(i).getFileName().toString());
            ByteBuffer segment = ByteBuffer.wrap(read(segments.get(i)));
            boolean filled = readSegment(segment, start, records);
            if (!filled && !isZero(segments.subList(i + 1, segments.size()))) {
                throw new AssertionError("records end in " + segments.get(i) + ", but later segments are not empty");
            }
            if (!filled) {
                break;
            }
        }
        return records;
    }

    // true when the segment was closed by a filler or is full to the last byte
    private static boolean readSegment(ByteBuffer segment, long start, List<StoredRecord> records) {
        int at = 0;
        while (segment.capacity() - at >= 8) {
            int size = segment.getInt(at);
            if (segment.getInt(at + 4) == StoredRecord.FILLER) {
                return true;
            }
            if (size == 0 && segment.getInt(at + 4) == 0) {
                requireZero(segment, at, start);
                return false;
            }
            StoredRecord record = StoredRecord.parse(segment, at, start + at);
            records.add(record);
            at += record.size();
        }
        return true;
    }

    private static void requireZero(ByteBuffer segment, int from, long start) {
        for (int i = from; i < segment.capacity(); i++) {
            if (segment.get(i) != 0) {
                throw new AssertionError("byte " + (start + i) + " is not zero, the log ends at " + (start + from));
            }
        }
    }

    /** End of the last record, fillers not counted; 0 for an empty log. */
    public long end() {
        List<StoredRecord> records = records();
        return records.isEmpty()
                ? 0
                : records.getLast().position() + records.getLast().size();
    }

    public List<Path> segments() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isZero(List<Path> segments) {
        for (Path segment : segments) {
            for (byte b : read(segment)) {
                if (b != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
