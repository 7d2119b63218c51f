package io.firn.broker.plugin.jar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * Takes a file from the plugin directory, copies it and looks whether it is a plugin at all: a whole zip of sane
 * proportions with a usable manifest and the class that it names. Nothing of it is run. One thread.
 */
public final class JarReader {

    private static final int MAX_ENTRIES = 100_000;
    private static final long MAX_UNPACKED_BYTES = 4L << 30;
    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final List<String> OF_THE_HOST = List.of("io/firn/spi/", "org/slf4j/");

    private final JarCache cache;

    public JarReader(JarCache cache) {
        this.cache = cache;
    }

    /**
     * Copies and inspects the file.
     *
     * @throws PluginException naming file, fault and remedy
     */
    public PluginJar read(Path source) {
        JarCache.Copy copy = cache.copy(source);
        try {
            return inspect(source, copy);
        } catch (PluginException e) {
            cache.discard(copy);
            throw new PluginException(source.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static PluginJar inspect(Path source, JarCache.Copy copy) {
        List<String> remarks = new ArrayList<>();
        try (JarFile jar = new JarFile(copy.file().toFile(), false, JarFile.OPEN_READ, JarFile.runtimeVersion())) {
            checkProportions(jar);
            Attributes attributes = attributes(jar);
            PluginManifest manifest = PluginManifest.of(attributes);
            if (jar.getJarEntry(manifest.mainClass().replace('.', '/') + ".class") == null) {
                throw new PluginException("Plugin-Class is " + manifest.mainClass() + ", which is not in the jar");
            }
            if (attributes.getValue(Attributes.Name.CLASS_PATH) != null) {
                remarks.add("its manifest has a Class-Path, which finds nothing here: put the libraries into the jar");
            }
            remarks.addAll(copiesOfTheHost(jar));
            return new PluginJar(source, copy.file(), copy.sha256(), copy.sizeBytes(), manifest, remarks);
        } catch (IOException e) {
            throw new PluginException(
                    "it is not a complete jar (" + e.getMessage() + "): copy it again; a file that is still being"
                            + " copied is read again when it has stopped growing",
                    e);
        }
    }

    private static void checkProportions(JarFile jar) {
        if (jar.size() > MAX_ENTRIES) {
            throw new PluginException("it has " + jar.size() + " entries, more than " + MAX_ENTRIES);
        }
        long unpacked = 0;
        for (Iterator<? extends ZipEntry> entries = jar.entries().asIterator(); entries.hasNext(); ) {
            unpacked += Math.max(0, entries.next().getSize());
            if (unpacked > MAX_UNPACKED_BYTES) {
                throw new PluginException("it unpacks to more than " + (MAX_UNPACKED_BYTES >> 30) + " GiB");
            }
        }
    }

    private static Attributes attributes(JarFile jar) throws IOException {
        ZipEntry entry = jar.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            throw new PluginException("it has no " + JarFile.MANIFEST_NAME + ": build it as a Firn plugin");
        }
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (bytes.length > MAX_MANIFEST_BYTES) {
                throw new PluginException("its manifest has more than " + (MAX_MANIFEST_BYTES >> 10) + " KiB");
            }
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        }
    }

    private static List<String> copiesOfTheHost(JarFile jar) {
        List<String> remarks = new ArrayList<>();
        for (String prefix : OF_THE_HOST) {
            boolean copied = jar.stream().anyMatch(entry -> entry.getName().startsWith(prefix) && !entry.isDirectory());
            if (copied) {
                remarks.add("it has a copy of " + prefix.replace('/', '.') + "*, which is not used: the broker's is;"
                        + " leave it out of the jar (scope provided)");
            }
        }
        return remarks;
    }
}
