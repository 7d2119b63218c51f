package io.firn.broker.plugin.store;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code required.json}: the plugins that own data here, {@code {"owners":{"id":"version"}}}. The broker does not start
 * without them, because what it would show and delete without them is wrong. Owner: the thread of the host.
 */
public final class OwnersFile {

    private final Path file;
    private final SortedMap<String, String> owners;

    private OwnersFile(Path file, SortedMap<String, String> owners) {
        this.file = file;
        this.owners = owners;
    }

    private record Content(Map<String, String> owners) {}

    /**
     * Reads the file; without one nobody owns data.
     *
     * @throws StorageException naming the file when it cannot be read
     */
    public static OwnersFile open(Path directory) {
        Path file = directory.resolve("required.json");
        SortedMap<String, String> owners = new TreeMap<>();
        AtomicFile.read(file).ifPresent(bytes -> owners.putAll(decode(file, bytes)));
        return new OwnersFile(file, owners);
    }

    private static Map<String, String> decode(Path file, byte[] bytes) {
        try {
            Map<String, String> owners = Json.decode(bytes, Content.class).owners();
            return owners == null ? Map.of() : owners;
        } catch (RequestException e) {
            throw new StorageException(file + " is broken, repair it: " + e.getMessage(), e);
        }
    }

    /** Ids of the plugins that own data. */
    public Set<String> ids() {
        return Set.copyOf(owners.keySet());
    }

    /** Notes that the plugin owns data; on disk when this returns. */
    public void add(String id, String version) {
        if (!version.equals(owners.put(id, version))) {
            write();
        }
    }

    /** Forgets that the plugin owned data. */
    public void remove(String id) {
        if (owners.remove(id) != null) {
            write();
        }
    }

    private void write() {
        AtomicFile.write(file, Json.pretty(new Content(owners)).getBytes(StandardCharsets.UTF_8));
    }
}
