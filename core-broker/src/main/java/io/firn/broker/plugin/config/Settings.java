package io.firn.broker.plugin.config;

import io.firn.spi.config.ConfigException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts set for a plugin: {@code <id>.properties}, outweighed by environment variables
 * {@code FIRN_PLUGIN_<ID>_<KEY>} in capitals with {@code _} for whatever is no letter or digit. Immutable; any thread.
 */
public final class Settings {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");

    private final String origin;
    private final String prefix;
    private final Map<String, String> file;
    private final @Nullable Map<String, String> environment;

    private Settings(
            String origin, String prefix, Map<String, String> file, @Nullable Map<String, String> environment) {
        this.origin = origin;
        this.prefix = prefix;
        this.file = file;
        this.environment = environment;
    }

    /**
     * One text that is set.
     *
     * @param raw as written, with references
     * @param source file or environment variable
     * @param environment what references see; null when they stay texts
     */
    record Setting(
            String key, String raw, String source, @Nullable Map<String, String> environment) {

        /**
         * The text with references replaced.
         *
         * @throws ConfigException when one leads nowhere
         */
        String resolve() {
            if (environment == null) {
                return raw;
            }
            Matcher matcher = REFERENCE.matcher(raw);
            StringBuilder text = new StringBuilder();
            while (matcher.find()) {
                String target = matcher.group(2);
                String value =
                        matcher.group(1).equals("env") ? variable(target, environment) : content(Path.of(target));
                matcher.appendReplacement(text, Matcher.quoteReplacement(value));
            }
            return matcher.appendTail(text).toString();
        }

        private String variable(String name, Map<String, String> variables) {
            String value = variables.get(name);
            if (value == null) {
                throw new ConfigException(key + "=" + raw + ": the environment variable " + name + " is not set");
            }
            return value;
        }

        private String content(Path path) {
            try {
                return Files.readString(path, StandardCharsets.UTF_8).stripTrailing();
            } catch (IOException e) {
                throw new ConfigException(key + "=" + raw + ": can not read " + path + ": " + e);
            }
        }
    }

    /**
     * Reads the plugin's file; without one only the environment counts.
     *
     * @throws ConfigException when it is there and can not be read
     */
    public static Settings read(Path directory, String pluginId, Map<String, String> environment) {
        Path path = directory.resolve(pluginId + ".properties");
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            return new Settings(path.toString(), prefix(pluginId), Map.of(), Map.copyOf(environment));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(path + " can not be read: " + e.getMessage());
        }
        Map<String, String> file = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> file.put(key, properties.getProperty(key)));
        return new Settings(path.toString(), prefix(pluginId), file, Map.copyOf(environment));
    }

    /** Given texts, such as the arguments of a command; {@code origin} begins error messages. References stay texts. */
    public static Settings given(String origin, Map<String, String> values) {
        return new Settings(origin, "", Map.copyOf(values), null);
    }

    private static String prefix(String pluginId) {
        return "FIRN_PLUGIN_" + shout(pluginId) + "_";
    }

    private static String shout(String text) {
        return text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** Where most of it is from, for error messages. */
    String origin() {
        return origin;
    }

    /** Keys that are set in the file or given. */
    Set<String> keys() {
        return file.keySet();
    }

    @Nullable
    Setting find(String key) {
        String variable = prefix + shout(key);
        String shouted = environment == null ? null : environment.get(variable);
        if (shouted != null) {
            return new Setting(key, shouted, "environment " + variable, environment);
        }
        String text = file.get(key);
        return text == null ? null : new Setting(key, text, origin, environment);
    }

    /** Whether the whole text is a reference, which tells where a secret is and not what it is. */
    static boolean isReference(String text) {
        return REFERENCE.matcher(text).matches();
    }
}
