package io.firn.tableview;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A table in a file, big endian; text is {@code int length, UTF-8}:
 *
 * <pre>
 *    0   8  magic "FIRNTBL2"
 *    8   8  saved at, ms
 *   16   .  text topic, text key property
 *    .   4  number of queues, each: text broker, int id, long next offset
 *    .   4  number of entries, each: text key, int index of its queue, long offset, long store time,
 *           int number of properties (text name, text value each), int length and bytes of the body
 *    .   4  number of deletes, each: text key, int index of its queue, long offset
 *  end   8  CRC32C of all before
 * </pre>
 *
 * Replaced as a whole by a rename. The table's thread.
 */
final class StateFile {

    private static final long MAGIC = 0x4649_524E_5442_4C32L;
    private static final int LONGEST = 1 << 28;

    private final Path file;

    StateFile(Path file) {
        this.file = file;
    }

    /** What is in a file. */
    record Saved(
            String topic,
            String keyProperty,
            long atMs,
            Map<TableQueue, Long> next,
            Collection<TableEntry> entries,
            Collection<Deletes.Delete> deletes) {

        Saved {
            next = Map.copyOf(next);
            entries = List.copyOf(entries);
            deletes = List.copyOf(deletes);
        }
    }

    /** Writes all of it; the file is the old one or the new one. */
    void save(Saved saved) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            CheckedOutputStream sum =
                    new CheckedOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)), new CRC32C());
            DataOutputStream out = new DataOutputStream(sum);
            write(out, saved);
            out.writeLong(sum.getChecksum().getValue());
            out.flush();
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(DataOutputStream out, Saved saved) throws IOException {
        out.writeLong(MAGIC);
        out.writeLong(saved.atMs());
        text(out, saved.topic());
        text(out, saved.keyProperty());
        Map<TableQueue, Integer> numbers = new HashMap<>();
        out.writeInt(saved.next().size());
        for (Map.Entry<TableQueue, Long> queue : new TreeMap<>(saved.next()).entrySet()) {
            numbers.put(queue.getKey(), numbers.size());
            text(out, queue.getKey().broker());
            out.writeInt(queue.getKey().id());
            out.writeLong(queue.getValue());
        }
        List<TableEntry> known = saved.entries().stream()
                .filter(entry -> numbers.containsKey(entry.queue()))
                .toList();
        out.writeInt(known.size());
        for (TableEntry entry : known) {
            text(out, entry.key());
            out.writeInt(numbers.getOrDefault(entry.queue(), 0));
            out.writeLong(entry.offset());
            out.writeLong(entry.storeTimeMs());
            out.writeInt(entry.properties().size());
            for (Map.Entry<String, String> property : entry.properties().entrySet()) {
                text(out, property.getKey());
                text(out, property.getValue());
            }
            bytes(out, entry.body());
        }
        List<Deletes.Delete> deletes = saved.deletes().stream()
                .filter(delete -> numbers.containsKey(delete.queue()))
                .toList();
        out.writeInt(deletes.size());
        for (Deletes.Delete delete : deletes) {
            text(out, delete.key());
            out.writeInt(numbers.getOrDefault(delete.queue(), 0));
            out.writeLong(delete.offset());
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        ((OutputStream) out).write(bytes);
    }

    /** Reads it. Throws {@link java.nio.file.NoSuchFileException} when there is none, else what is wrong with it. */
    Saved load() throws IOException {
        try (CheckedInputStream sum =
                        new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), new CRC32C());
                DataInputStream in = new DataInputStream(sum)) {
            if (in.readLong() != MAGIC) {
                throw new IOException(file + " is not a table's state");
            }
            Saved saved = read(in);
            long expected = sum.getChecksum().getValue();
            if (in.readLong() != expected || in.read() >= 0) {
                throw new IOException(file + " is damaged: its checksum is wrong");
            }
            return saved;
        }
    }

    private Saved read(DataInputStream in) throws IOException {
        long at = in.readLong();
        String topic = text(in);
        String keyProperty = text(in);
        List<TableQueue> queues = new ArrayList<>();
        Map<TableQueue, Long> next = new HashMap<>();
        for (int left = count(in); left > 0; left--) {
            TableQueue queue = new TableQueue(text(in), in.readInt());
            queues.add(queue);
            next.put(queue, in.readLong());
        }
        List<TableEntry> entries = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            entries.add(entry(in, queues));
        }
        List<Deletes.Delete> deletes = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            deletes.add(new Deletes.Delete(text(in), queue(in, queues), in.readLong()));
        }
        return new Saved(topic, keyProperty, at, next, entries, deletes);
    }

    private TableEntry entry(DataInputStream in, List<TableQueue> queues) throws IOException {
        String key = text(in);
        TableQueue queue = queue(in, queues);
        long offset = in.readLong();
        long storeTime = in.readLong();
        Map<String, String> properties = new HashMap<>();
        for (int left = count(in); left > 0; left--) {
            properties.put(text(in), text(in));
        }
        return new TableEntry(key, queue, offset, storeTime, properties, bytes(in));
    }

    private TableQueue queue(DataInputStream in, List<TableQueue> queues) throws IOException {
        int number = in.readInt();
        if (number < 0 || number >= queues.size()) {
            throw new IOException(file + " is damaged: an entry of queue " + number + " of " + queues.size());
        }
        return queues.get(number);
    }

    private int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > LONGEST) {
            throw new IOException(file + " is damaged: a length of " + count);
        }
        return count;
    }

    private String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private byte[] bytes(DataInputStream in) throws IOException {
        int length = count(in);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException(file + " is damaged: it ends early");
        }
        return bytes;
    }
}
