package io.firn.broker.plugin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Builds real plugin jars from sources given as texts. */
public final class PluginJars {

    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, byte[]> visible = new HashMap<>();
    private final List<String> dropped = new ArrayList<>();

    private PluginJars() {}

    /** A plugin with a usable manifest and no class yet. */
    public static PluginJars plugin(String id) {
        PluginJars jar = new PluginJars();
        jar.manifest.put("Plugin-Id", id);
        jar.manifest.put("Plugin-Version", "1.0.0");
        jar.manifest.put("Plugin-Class", "p.Main");
        jar.manifest.put("Plugin-Requires", ">=1.0.0 & <2.0.0");
        return jar;
    }

    /** A plugin whose start and stop are these statements; without a {@code register} it gets a harmless command. */
    public static PluginJars plugin(String id, String start, String stop) {
        return plugin(id).source("p.Main", main("", start, stop));
    }

    /** A plugin that registers one put hook and does nothing else. */
    public static PluginJars harmless(String id) {
        return plugin(id, HOOK, "");
    }

    public static final String HOOK =
            "context.register().putHook(HookSpec.of(\"look\", Phase.OBSERVE), m -> Verdict.ACCEPT);";

    /** The main class with these members, start and stop. */
    public static String main(String members, String start, String stop) {
        return """
                package p;
                import io.firn.spi.*;
                import io.firn.spi.put.*;
                import io.firn.spi.admin.*;
                import io.firn.spi.cold.*;
                import io.firn.spi.dispatch.*;
                import io.firn.spi.message.*;
                import io.firn.spi.objects.*;
                import io.firn.spi.queue.*;
                import io.firn.spi.read.*;
                import io.firn.spi.retention.*;
                import io.firn.spi.config.*;
                import io.firn.spi.contract.*;
                import io.firn.spi.topic.*;
                import java.time.Duration;
                import java.util.*;
                public final class Main implements BrokerPlugin {
                    %s
                    @Override
                    public void start(PluginContext context) throws Exception {
                        %s
                    }
                    @Override
                    public StopReport stop(StopReason reason, Duration grace) throws Exception {
                        %s
                        return StopReport.clean();
                    }
                }
                """.formatted(members, start, stop);
    }

    public PluginJars with(String key, String value) {
        manifest.put(key, value);
        return this;
    }

    public PluginJars without(String key) {
        manifest.remove(key);
        return this;
    }

    public PluginJars source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    public PluginJars file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** Compiles the class and leaves it out of the jar: a library the author forgot. */
    public PluginJars forgotten(String className, String text) {
        dropped.add(className.replace('.', '/') + ".class");
        return source(className, text);
    }

    /** Classes that are seen by the compiler only: another SPI, another plugin. */
    public PluginJars compiledAgainst(Map<String, byte[]> classes) {
        visible.putAll(classes);
        return this;
    }

    /** The bytes of the jar. */
    public byte[] bytes() {
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        all.putAll(compile(sources, visible));
        dropped.forEach(all::remove);
        Manifest head = new Manifest();
        head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach(head.getMainAttributes()::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, head)) {
            for (Map.Entry<String, byte[]> entry : all.entrySet()) {
                JarEntry fixed = new JarEntry(entry.getKey());
                fixed.setTime(0);
                jar.putNextEntry(fixed);
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes the jar whole, by renaming. */
    public Path into(Path directory, String name) {
        try {
            Files.createDirectories(directory);
            Path fresh = directory.resolve(name + ".part");
            Files.write(fresh, bytes());
            return Files.move(fresh, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Class name to bytes, as file names. */
    public static Map<String, byte[]> compile(Map<String, String> sources, Map<String, byte[]> visible) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        Map<String, ByteArrayOutputStream> out = new LinkedHashMap<>();
        List<SimpleJavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        try (StandardJavaFileManager standard =
                        compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8);
                JavaFileManager memory = new Memory(standard, out, visible)) {
            String path = System.getProperty("java.class.path");
            boolean done = compiler.getTask(
                            null, memory, problems, List.of("-cp", path, "-proc:none", "-nowarn"), null, units)
                    .call();
            if (!done) {
                StringBuilder text = new StringBuilder();
                for (Diagnostic<?> problem : problems.getDiagnostics()) {
                    text.append(problem).append('\n');
                }
                throw new IllegalArgumentException(text.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        out.forEach((name, bytes) -> classes.put(name.replace('.', '/') + ".class", bytes.toByteArray()));
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Sends class files to memory, and shows classes from memory before those of the class path. */
    private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {

        private final Map<String, ByteArrayOutputStream> out;
        private final Map<String, byte[]> visible;

        Memory(StandardJavaFileManager standard, Map<String, ByteArrayOutputStream> out, Map<String, byte[]> visible) {
            super(standard);
            this.out = out;
            this.visible = visible;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    out.put(className, bytes);
                    return bytes;
                }
            };
        }

        @Override
        public Iterable<JavaFileObject> list(
                Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
                throws IOException {
            List<JavaFileObject> found = new ArrayList<>();
            if (location == StandardLocation.CLASS_PATH && kinds.contains(JavaFileObject.Kind.CLASS)) {
                visible.forEach((file, bytes) -> {
                    int slash = file.lastIndexOf('/');
                    if (slash > 0 && file.substring(0, slash).replace('/', '.').equals(packageName)) {
                        found.add(new Compiled(file, bytes));
                    }
                });
            }
            super.list(location, packageName, kinds, recurse).forEach(one -> {
                boolean hidden = found.stream()
                        .anyMatch(
                                other -> one.getName().endsWith(other.getName().replace(".class", "") + ".class"));
                if (!hidden) {
                    found.add(one);
                }
            });
            return found;
        }

        @Override
        public String inferBinaryName(Location location, JavaFileObject file) {
            if (file instanceof Compiled compiled) {
                return compiled.file.replace(".class", "").replace('/', '.');
            }
            return super.inferBinaryName(location, file);
        }
    }

    private static final class Compiled extends SimpleJavaFileObject {

        private final String file;
        private final byte[] bytes;

        Compiled(String file, byte[] bytes) {
            super(URI.create("mem:///" + file), Kind.CLASS);
            this.file = file;
            this.bytes = bytes;
        }

        @Override
        public InputStream openInputStream() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
