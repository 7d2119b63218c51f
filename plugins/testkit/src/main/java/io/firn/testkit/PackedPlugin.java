package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.contract.SpiVersion;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * Makes a plugin's jar from what was compiled, as the build will: its classes and resources, the classes of the
 * libraries listed in {@code target/firn-plugin.libraries}, and the manifest that its pom says (system properties
 * {@code firn.plugin.*}). A class that no pom tells of gets a manifest of its own: its simple name as id, this SPI's
 * range.
 *
 * @param id {@code Plugin-Id}
 * @param manifest main entries
 * @param roots directories and jars whose content goes in, first come first served
 * @param onlyFamily internal name of the outermost class whose classes go in; empty: all
 */
record PackedPlugin(String id, Map<String, String> manifest, List<Path> roots, String onlyFamily) {

    private static final String LIBRARIES = "firn-plugin.libraries";
    private static final String SERVICES = "META-INF/services/";
    private static final Map<String, String> ENTRIES = entries();

    private static Map<String, String> entries() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("Plugin-Id", "id");
        keys.put("Plugin-Version", "version");
        keys.put("Plugin-Class", "class");
        keys.put("Plugin-Requires", "requires");
        keys.put("Plugin-Description", "description");
        keys.put("Plugin-Dependencies", "dependencies");
        keys.put("Firn-Storage-Bound", "storageBound");
        keys.put("Firn-Needs", "needs");
        keys.put("Firn-Exports", "exports");
        return keys;
    }

    /**
     * What belongs to this class.
     *
     * @param more entries that outweigh the usual ones
     * @throws IllegalArgumentException when it was not compiled to a directory or jar
     */
    static PackedPlugin of(Class<? extends BrokerPlugin> type, Map<String, String> more) {
        Path root = rootOf(type);
        boolean ofPom = type.getName().equals(System.getProperty("firn.plugin.class"));
        Map<String, String> manifest = ofPom ? fromPom() : made(type);
        manifest.putAll(more);
        List<Path> roots = new ArrayList<>(List.of(root));
        if (ofPom) {
            roots.addAll(libraries(root));
        }
        // a plugin that is part of a test, or of this kit, goes without what is beside it
        boolean hasNeighbours =
                root.endsWith("test-classes") || type.getPackageName().equals(PackedPlugin.class.getPackageName());
        String family = !ofPom && hasNeighbours ? outermost(type) : "";
        return new PackedPlugin(manifest.getOrDefault("Plugin-Id", ""), manifest, roots, family);
    }

    /** What is in a jar that was built already. */
    static PackedPlugin ofJar(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Map<String, String> manifest = new TreeMap<>();
            Manifest head = jar.getManifest();
            if (head != null) {
                head.getMainAttributes().forEach((key, value) -> manifest.put(key.toString(), value.toString()));
            }
            manifest.remove(Attributes.Name.MANIFEST_VERSION.toString());
            return new PackedPlugin(manifest.getOrDefault("Plugin-Id", "nameless"), manifest, List.of(file), "");
        } catch (IOException e) {
            throw new UncheckedIOException("can not read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path rootOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalArgumentException(type + " comes from no directory or jar");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(type + " comes from " + source.getLocation(), e);
        }
    }

    private static Map<String, String> fromPom() {
        Map<String, String> manifest = new TreeMap<>();
        ENTRIES.forEach((key, property) -> {
            String value = System.getProperty("firn.plugin." + property, "");
            if (!value.isEmpty()) {
                manifest.put(key, value);
            }
        });
        return manifest;
    }

    private static Map<String, String> made(Class<?> type) {
        String version = SpiVersion.current();
        int nextMajor = Integer.parseInt(version.substring(0, version.indexOf('.'))) + 1;
        Map<String, String> manifest = new TreeMap<>();
        manifest.put(
                "Plugin-Id",
                type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT));
        manifest.put("Plugin-Version", "0.0.1");
        manifest.put("Plugin-Class", type.getName());
        manifest.put("Plugin-Requires", ">=" + version + " & <" + nextMajor + ".0.0");
        return manifest;
    }

    private static List<Path> libraries(Path root) {
        Path list = root.resolveSibling(LIBRARIES);
        if (!Files.isRegularFile(list)) {
            return List.of();
        }
        try {
            return Stream.of(Files.readString(list).trim().split(File.pathSeparator, -1))
                    .filter(path -> !path.isEmpty())
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String outermost(Class<?> type) {
        Class<?> outer = type;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        return outer.getName().replace('.', '/');
    }

    /** Writes the jar whole, by renaming, so that a broker that watches the directory sees all of it or nothing. */
    void into(Path directory) {
        Path part = directory.resolve(id + ".jar.part");
        try {
            Files.createDirectories(directory);
            try (OutputStream out = Files.newOutputStream(part);
                    JarOutputStream jar = new JarOutputStream(out, head())) {
                jar.setLevel(Deflater.BEST_SPEED);
                write(jar);
            }
            Files.move(part, directory.resolve(id + ".jar"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("can not pack " + roots + ": " + e.getMessage(), e);
        }
    }

    private Manifest head() {
        Manifest head = new Manifest();
        head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach(head.getMainAttributes()::putValue);
        return head;
    }

    private void write(JarOutputStream jar) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                addDirectory(root, content);
            } else {
                addJar(root, content);
            }
        }
        for (Map.Entry<String, byte[]> entry : content.entrySet()) {
            JarEntry fixed = new JarEntry(entry.getKey());
            fixed.setTime(0);
            jar.putNextEntry(fixed);
            jar.write(entry.getValue());
            jar.closeEntry();
        }
    }

    private void addDirectory(Path root, Map<String, byte[]> content) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString().replace(File.separatorChar, '/');
            if (isWanted(name)) {
                add(name, Files.readAllBytes(file), content);
            }
        }
    }

    private void addJar(Path path, Map<String, byte[]> content) throws IOException {
        try (JarFile library = new JarFile(path.toFile())) {
            for (JarEntry entry :
                    library.stream().filter(one -> !one.isDirectory()).toList()) {
                if (isWanted(entry.getName())) {
                    try (InputStream in = library.getInputStream(entry)) {
                        add(entry.getName(), in.readAllBytes(), content);
                    }
                }
            }
        }
    }

    private boolean isWanted(String name) {
        boolean ofFamily = onlyFamily.isEmpty()
                || name.equals(onlyFamily + ".class")
                || name.startsWith(onlyFamily + "$")
                || !name.endsWith(".class");
        return ofFamily
                && !name.equals(JarFile.MANIFEST_NAME)
                && !name.endsWith("module-info.class")
                && !name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)")
                && !name.startsWith("io/firn/spi/")
                && !name.startsWith("org/slf4j/");
    }

    /** Lists of services are joined, as the build does; of everything else the first is kept. */
    private static void add(String name, byte[] bytes, Map<String, byte[]> content) {
        if (name.startsWith(SERVICES)) {
            content.merge(name, bytes, (one, other) -> {
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(one);
                both.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
                both.writeBytes(other);
                return both.toByteArray();
            });
        } else {
            content.putIfAbsent(name, bytes);
        }
    }
}
