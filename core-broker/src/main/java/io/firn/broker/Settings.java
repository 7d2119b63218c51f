package io.firn.broker;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from: a {@code broker.conf} in Java properties format, overridden by {@code -Dkey=value}. Also
 * says what became of the keys that nobody read.
 */
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
     * Reads file and overrides into one map.
     *
     * @throws ConfigException when the file can not be read, naming it
     */
    static Map<String, String> load(@Nullable Path file, Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(in);
            } catch (NoSuchFileException e) {
                throw unreadable(file, "it does not exist", e);
            } catch (IOException | IllegalArgumentException e) {
                throw unreadable(file, String.valueOf(e.getMessage()), e);
            }
            properties.stringPropertyNames().forEach(key -> all.put(key.trim(), properties.getProperty(key)));
        }
        all.putAll(overrides);
        return all;
    }

    private static ConfigException unreadable(Path file, String why, Exception cause) {
        ConfigException failure = new ConfigException("can not read the configuration file " + file + ": " + why);
        failure.initCause(cause);
        return failure;
    }

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
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
