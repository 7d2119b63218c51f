package io.firn.broker.plugin.jar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin jar says of itself in the main section of {@code META-INF/MANIFEST.MF}.
 *
 * @param id {@code Plugin-Id}: a small letter, then small letters, digits and {@code -}, at most 63
 * @param version {@code Plugin-Version}: a semantic version
 * @param mainClass {@code Plugin-Class}: the class that implements {@code io.firn.spi.BrokerPlugin}
 * @param requires {@code Plugin-Requires}: versions of the SPI it works with
 * @param dependencies {@code Plugin-Dependencies}: {@code id@range, optional?@range}
 * @param exports {@code Firn-Exports}: packages that plugins depending on this one see, subpackages not included
 * @param needs {@code Firn-Needs}: what it uses beside the SPI, such as {@code network}; shown, not enforced
 * @param storage whether the plugin owns data: {@code Firn-Storage-Bound: true}
 * @param description {@code Plugin-Description}, may be empty
 */
public record PluginManifest(
        String id,
        String version,
        String mainClass,
        VersionRange requires,
        List<Dependency> dependencies,
        List<String> exports,
        List<String> needs,
        Storage storage,
        String description) {

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern CLASS =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

    /** Another plugin whose exported packages this one uses. */
    public record Dependency(String id, VersionRange range, Need need) {}

    /** Whether a plugin works without a dependency. */
    public enum Need {
        REQUIRED,
        OPTIONAL
    }

    /** Whether a plugin owns data, without which the broker must not start. */
    public enum Storage {
        NONE,
        BOUND
    }

    public PluginManifest {
        dependencies = List.copyOf(dependencies);
        exports = List.copyOf(exports);
        needs = List.copyOf(needs);
    }

    /**
     * Reads the main attributes.
     *
     * @throws PluginException naming every key that is missing or cannot be used, but not the jar
     */
    static PluginManifest of(Attributes attributes) {
        Problems problems = new Problems();
        String id = problems.required(attributes, "Plugin-Id");
        problems.unless(
                id.isEmpty() || ID.matcher(id).matches(),
                "Plugin-Id is \"" + id + "\": use a small letter, then small letters, digits and -, at most 63");
        String version = problems.required(attributes, "Plugin-Version");
        problems.unless(
                version.isEmpty() || VersionRange.isVersion(version),
                "Plugin-Version is \"" + version + "\": use a semantic version such as 1.2.0");
        String mainClass = problems.required(attributes, "Plugin-Class");
        problems.unless(
                mainClass.isEmpty() || CLASS.matcher(mainClass).matches(),
                "Plugin-Class is \"" + mainClass + "\", which is no class name");
        String requires = problems.required(attributes, "Plugin-Requires");
        VersionRange range = problems.range("Plugin-Requires", requires);
        List<Dependency> dependencies = new ArrayList<>();
        for (String dependency : list(attributes, "Plugin-Dependencies")) {
            dependencies.add(problems.dependency(dependency));
        }
        String storage = value(attributes, "Firn-Storage-Bound");
        problems.unless(
                storage.isEmpty() || storage.equals("true") || storage.equals("false"),
                "Firn-Storage-Bound is \"" + storage + "\": use true or false");
        problems.raise();
        return new PluginManifest(
                id,
                version,
                mainClass,
                range,
                dependencies,
                list(attributes, "Firn-Exports"),
                list(attributes, "Firn-Needs"),
                storage.equals("true") ? Storage.BOUND : Storage.NONE,
                value(attributes, "Plugin-Description"));
    }

    private static String value(Attributes attributes, String key) {
        @Nullable String value = attributes.getValue(key);
        return value == null ? "" : value.trim();
    }

    private static List<String> list(Attributes attributes, String key) {
        return Arrays.stream(value(attributes, key).split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** What is wrong with a manifest: an author wants to hear it all at once. One thread. */
    private static final class Problems {

        private final List<String> found = new ArrayList<>();

        String required(Attributes attributes, String key) {
            String value = value(attributes, key);
            unless(!value.isEmpty(), key + " is missing");
            return value;
        }

        void unless(boolean right, String problem) {
            if (!right) {
                found.add(problem);
            }
        }

        VersionRange range(String key, String text) {
            if (!text.isEmpty()) {
                try {
                    return VersionRange.parse(key, text);
                } catch (PluginException e) {
                    found.add(String.valueOf(e.getMessage()));
                }
            }
            return new VersionRange(text);
        }

        Dependency dependency(String text) {
            int at = text.indexOf('@');
            String name = (at < 0 ? text : text.substring(0, at)).trim();
            Need need = name.endsWith("?") ? Need.OPTIONAL : Need.REQUIRED;
            String id = need == Need.OPTIONAL ? name.substring(0, name.length() - 1) : name;
            unless(at > 0, "Plugin-Dependencies has \"" + text + "\" without a version range: use id@>=1.0.0 & <2.0.0");
            String key = "Plugin-Dependencies for " + id;
            return new Dependency(
                    id, range(key, at < 0 ? "" : text.substring(at + 1).trim()), need);
        }

        void raise() {
            if (!found.isEmpty()) {
                throw new PluginException("META-INF/MANIFEST.MF: " + String.join("; ", found));
            }
        }
    }
}
