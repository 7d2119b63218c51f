package io.firn.it.harness;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a broker is started with. Keys are RocketMQ's property names (plus {@code firn.} ones) and mean the same to both
 * systems.
 *
 * @param directory everything of this broker lives below; the store is {@code directory/store}
 * @param nameServers name servers to register with; clients are given the last; empty: the system brings its own
 */
public record BrokerSpec(Path directory, String brokerName, Map<String, String> keys, List<String> nameServers) {

    /** Small segments: rolls happen in tests, and directories stay small. */
    public static final int SEGMENT_BYTES = 8 << 20;

    public BrokerSpec {
        keys = Map.copyOf(keys);
        nameServers = List.copyOf(nameServers);
    }

    public static BrokerSpec in(Path directory) {
        return new BrokerSpec(
                directory.toAbsolutePath(),
                "broker-a",
                Map.of(
                        "mappedFileSizeCommitLog", String.valueOf(SEGMENT_BYTES),
                        "diskMaxUsedSpaceRatio", "95",
                        "autoCreateTopicEnable", "true",
                        "autoCreateSubscriptionGroup", "true"),
                List.of());
    }

    public BrokerSpec with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(keys);
        more.put(key, value);
        return new BrokerSpec(directory, brokerName, more, nameServers);
    }

    public BrokerSpec named(String name) {
        return new BrokerSpec(directory, name, keys, nameServers);
    }

    public BrokerSpec registeringWith(String... servers) {
        return new BrokerSpec(directory, brokerName, keys, List.of(servers));
    }

    public Path store() {
        return directory.resolve("store");
    }
}
