package io.firn.broker;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Which settings stop the start, and what became of the keys that nobody read. */
final class Settings {

    /** Settings of RocketMQ that change what is promised: ignoring them would be a lie, so they stop the start. */
    private static final Map<String, String> REFUSED = Map.of(
            "aclEnable", "true",
            "authenticationEnabled", "true",
            "authorizationEnabled", "true",
            "enableControllerMode", "true",
            "enableDLegerCommitLog", "true",
            "brokerRole", "slave sync_master",
            "storeType", "defaultrocksdb defaultrocksdbcombine",
            "enabledAppendPropCRC", "true",
            "useTLS", "true",
            "tlsEnable", "true");

    private Settings() {}

    /**
     * Stops the start when a setting asks for something that Firn does not do and that must not be ignored.
     *
     * @throws ConfigException naming key and value
     */
    static void refuseUnkeepablePromises(Map<String, String> settings) {
        settings.forEach((key, value) -> {
            String refused = REFUSED.get(key);
            String asked = value.trim().toLowerCase(Locale.ROOT);
            if (refused != null
                    && !asked.isEmpty()
                    && List.of(refused.split(" ")).contains(asked)) {
                throw new ConfigException("configuration " + key + "=" + value
                        + ": Firn does not do this yet, and going on without it would not be safe; remove the key"
                        + " to start without it");
            }
        });
    }

    /** One line per key that is set and was read by nobody: known to RocketMQ with the reason, or unknown. */
    static List<String> remarksOnUnread(ConfigView view) {
        Map<String, String> known = knownKeys();
        List<String> remarks = new ArrayList<>();
        for (String key : view.unread()) {
            String reason = known.get(key);
            remarks.add(
                    reason == null
                            ? "unknown setting " + key + ", ignored; did you mean " + nearest(key, view, known) + "?"
                            : "setting " + key + " is not used: " + reason);
        }
        return remarks;
    }

    private static Map<String, String> knownKeys() {
        Properties properties = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream("rocketmq-keys.properties")) {
            if (in == null) {
                throw new IllegalStateException("rocketmq-keys.properties is missing from the jar");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Map<String, String> known = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> known.put(key, properties.getProperty(key)));
        return known;
    }

    private static String nearest(String key, ConfigView view, Map<String, String> known) {
        List<String> candidates = new ArrayList<>(known.keySet());
        view.declared().forEach(declared -> candidates.add(declared.name()));
        return Nearest.of(key, candidates);
    }
}
