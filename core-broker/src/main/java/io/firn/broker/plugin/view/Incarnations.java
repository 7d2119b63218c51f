package io.firn.broker.plugin.view;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code incarnations.json}: which life of a topic's name this is, {@code {"topics":{"name":"uuid"}}}, so that what was
 * archived of a deleted topic is not taken for that of a new one. Looked up on any thread, written on
 * {@code firn-housekeeper}.
 */
final class Incarnations {

    private final Path file;
    private final Map<String, UUID> lives;

    private Incarnations(Path file, Map<String, UUID> lives) {
        this.file = file;
        this.lives = lives;
    }

    private record Content(Map<String, String> topics) {}

    /** Reads the file; forgets topics that are not there and gives those that have none a life. */
    static Incarnations open(Path file, Set<String> topics) {
        Map<String, UUID> lives = new ConcurrentHashMap<>(
                AtomicFile.read(file).map(bytes -> decode(file, bytes)).orElseGet(HashMap::new));
        Map<String, UUID> before = Map.copyOf(lives);
        lives.keySet().retainAll(topics);
        topics.forEach(topic -> lives.computeIfAbsent(topic, name -> UUID.randomUUID()));
        Incarnations all = new Incarnations(file, lives);
        if (!before.equals(lives)) {
            all.write();
        }
        return all;
    }

    private static Map<String, UUID> decode(Path file, byte[] bytes) {
        try {
            Map<String, UUID> lives = new HashMap<>();
            Json.decode(bytes, Content.class).topics().forEach((name, life) -> lives.put(name, UUID.fromString(life)));
            return lives;
        } catch (RequestException | IllegalArgumentException e) {
            throw new StorageException(file + " is broken, repair it: " + e.getMessage(), e);
        }
    }

    UUID of(String topic) {
        return lives.computeIfAbsent(topic, name -> UUID.randomUUID());
    }

    /** What the topic's life was, null when there was none known. */
    @Nullable
    UUID end(String topic) {
        return lives.remove(topic);
    }

    /** Gives a topic that is about to be made this life. */
    void reserve(String topic, UUID life) {
        lives.put(topic, life);
    }

    void write() {
        Map<String, String> texts = new TreeMap<>();
        lives.forEach((name, life) -> texts.put(name, life.toString()));
        AtomicFile.write(file, Json.pretty(new Content(texts)).getBytes(StandardCharsets.UTF_8));
    }
}
