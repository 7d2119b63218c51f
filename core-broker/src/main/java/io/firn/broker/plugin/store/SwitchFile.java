package io.firn.broker.plugin.store;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code state.json}: the plugins that an operator has switched off, {@code {"disabled":["id"]}}. Written whole, so a
 * crash leaves the old or the new list. Owner: the thread of the host.
 */
public final class SwitchFile {

    private final Path file;
    private final SortedSet<String> disabled;

    private SwitchFile(Path file, SortedSet<String> disabled) {
        this.file = file;
        this.disabled = disabled;
    }

    private record Content(Set<String> disabled) {}

    /**
     * Reads the file; without one nothing is switched off.
     *
     * @throws StorageException naming the file when it cannot be read
     */
    public static SwitchFile open(Path directory) {
        Path file = directory.resolve("state.json");
        SortedSet<String> disabled = new TreeSet<>();
        AtomicFile.read(file).ifPresent(bytes -> disabled.addAll(decode(file, bytes)));
        return new SwitchFile(file, disabled);
    }

    private static Set<String> decode(Path file, byte[] bytes) {
        try {
            Set<String> ids = Json.decode(bytes, Content.class).disabled();
            return ids == null ? Set.of() : ids;
        } catch (RequestException e) {
            throw new StorageException(file + " is broken, repair or delete it: " + e.getMessage(), e);
        }
    }

    public boolean isDisabled(String id) {
        return disabled.contains(id);
    }

    /** Switches the plugin off; on disk when this returns. */
    public void disable(String id) {
        if (disabled.add(id)) {
            write();
        }
    }

    /** Switches the plugin on; on disk when this returns. */
    public void enable(String id) {
        if (disabled.remove(id)) {
            write();
        }
    }

    private void write() {
        AtomicFile.write(file, Json.pretty(new Content(disabled)).getBytes(StandardCharsets.UTF_8));
    }
}
