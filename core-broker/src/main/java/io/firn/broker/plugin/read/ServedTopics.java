package io.firn.broker.plugin.read;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code topics.json}: which topics each plugin serves reads of,
 * {@code {"plugins":{"id":{"replaced":["t"],"extended":["u"]}}}}. When the broker is started without a plugin, its
 * selectors are not there to be asked, and its topics must not be shown as the local store alone has them. Written whole.
 * Owner: the lock of {@link ReadSources}.
 */
final class ServedTopics {

    private final Path file;
    private final SortedMap<String, Entry> entries = new TreeMap<>();
    private String written;

    private ServedTopics(Path file, String written) {
        this.file = file;
        this.written = written;
    }

    /** The topics of one plugin, sorted. */
    record Topics(Set<String> replaced, Set<String> extended) {}

    private record Content(Map<String, Topics> plugins) {}

    /** The same while it grows. */
    private record Entry(SortedSet<String> replaced, SortedSet<String> extended) {

        Entry() {
            this(new TreeSet<>(), new TreeSet<>());
        }
    }

    /**
     * Reads the file; without one nothing is known.
     *
     * @throws StorageException naming the file when it cannot be read
     */
    static ServedTopics open(Path directory) {
        Path file = directory.resolve("topics.json");
        byte[] bytes = AtomicFile.read(file).orElse(new byte[0]);
        ServedTopics served = new ServedTopics(file, new String(bytes, StandardCharsets.UTF_8));
        if (bytes.length > 0) {
            served.read(bytes);
        }
        return served;
    }

    private void read(byte[] bytes) {
        Map<String, Topics> plugins;
        try {
            plugins = Json.decode(bytes, Content.class).plugins();
        } catch (RequestException e) {
            throw new StorageException(file + " is broken, repair it: " + e.getMessage(), e);
        }
        if (plugins != null) {
            plugins.forEach((id, topics) -> {
                Entry entry = entry(id);
                entry.replaced.addAll(topics.replaced() == null ? Set.of() : topics.replaced());
                entry.extended.addAll(topics.extended() == null ? Set.of() : topics.extended());
            });
        }
    }

    private Entry entry(String id) {
        return entries.computeIfAbsent(id, key -> new Entry());
    }

    /** What the plugin served when it was there last; null when it never was. */
    @Nullable
    Topics of(String id) {
        Entry entry = entries.get(id);
        return entry == null ? null : new Topics(Set.copyOf(entry.replaced), Set.copyOf(entry.extended));
    }

    /** The plugin, which is there, serves these topics now; {@link #write} brings it to disk. */
    void note(String id, Collection<String> replaced, Collection<String> extended) {
        entries.put(id, new Entry(new TreeSet<>(replaced), new TreeSet<>(extended)));
    }

    /** The plugin is gone for good. */
    void forget(String id) {
        if (entries.remove(id) != null) {
            write();
        }
    }

    /** Brings to disk what has changed. */
    void write() {
        Map<String, Topics> plugins = new TreeMap<>();
        entries.forEach((id, entry) -> plugins.put(id, new Topics(entry.replaced, entry.extended)));
        String text = Json.pretty(new Content(plugins));
        if (!text.equals(written) && !(entries.isEmpty() && written.isEmpty())) {
            AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
            written = text;
        }
    }
}
