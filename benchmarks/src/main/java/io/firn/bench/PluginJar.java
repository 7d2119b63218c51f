package io.firn.bench;

import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A plugin of one class as a jar. */
record PluginJar(String id, Class<? extends BrokerPlugin> type) {

    /** Drops it into a directory of plugins, as an operator's {@code cp} does. */
    void dropInto(Path directory) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(new Attributes.Name("Plugin-Id"), id);
        main.put(new Attributes.Name("Plugin-Version"), "1.0.0");
        main.put(new Attributes.Name("Plugin-Class"), type.getName());
        main.put(new Attributes.Name("Plugin-Requires"), ">=1.0.0 & <2.0.0");
        String entry = type.getName().replace('.', '/') + ".class";
        try {
            Files.createDirectories(directory);
            try (InputStream bytes = type.getResourceAsStream("/" + entry);
                    JarOutputStream jar =
                            new JarOutputStream(Files.newOutputStream(directory.resolve(id + ".jar")), manifest)) {
                if (bytes == null) {
                    throw new BenchException("the class file of " + type.getName() + " is not there");
                }
                jar.putNextEntry(new JarEntry(entry));
                bytes.transferTo(jar);
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new BenchException("cannot write a plugin into " + directory, e);
        }
    }
}
