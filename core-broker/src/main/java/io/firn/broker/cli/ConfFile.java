package io.firn.broker.cli;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A {@code broker.conf} in Java properties format, overridden by {@code -Dkey=value}. */
public final class ConfFile {

    private ConfFile() {}

    /**
     * Reads file and overrides into one map.
     *
     * @throws ConfigException when the file can not be read, naming it
     */
    public static Map<String, String> load(@Nullable Path file, Map<String, String> overrides) {
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
}
