package io.firn.broker.nameserver;

import io.firn.broker.topic.ConfigFields;
import io.firn.broker.topic.TableFile;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code kvConfig.json} in the shape of RocketMQ's name server, whose file may be put here.
 *
 * <pre>
 * {"configTable":{"ORDER_TOPIC_CONFIG":{"topic":"broker-a:8;broker-b:8"}}}
 * </pre>
 */
final class KeyValuesFile implements TableFile<Map<String, String>> {

    static final String NAME = "kvConfig.json";

    private static final String TABLE = "configTable";

    private final Path path;

    private KeyValuesFile(Path path) {
        this.path = path;
    }

    static KeyValuesFile in(Path directory) {
        return new KeyValuesFile(directory.resolve(NAME));
    }

    /** What the file holds; nothing when there is none. */
    Map<String, Map<String, String>> read() {
        ConfigFields table = ConfigFields.read(path).object(TABLE);
        Map<String, Map<String, String>> namespaces = new HashMap<>();
        for (String namespace : table.names()) {
            Map<String, String> values = table.object(namespace).texts();
            if (!values.isEmpty()) {
                namespaces.put(namespace, Map.copyOf(values));
            }
        }
        return namespaces;
    }

    @Override
    public Path path() {
        return path;
    }

    /** The tools' format has no place for a version. */
    @Override
    public byte[] encode(Map<String, Map<String, String>> entries, DataVersion version) {
        Map<String, Map<String, String>> sorted = new TreeMap<>();
        entries.forEach((namespace, values) -> sorted.put(namespace, new TreeMap<>(values)));
        return Json.pretty(Map.of(TABLE, sorted)).getBytes(StandardCharsets.UTF_8);
    }
}
