package io.firn.it.plugin;

import io.firn.it.harness.Peers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A plugin that notes what its dispatcher is shown, a line each in {@code seen} in its directory: {@code B <from> <to>} for
 * a batch, {@code M <position>} for a message, {@code D <position>} before it calls that durable, which it does for every
 * third batch.
 */
final class SeeingJar {

    static final String ID = "seeing";

    private static final String SOURCE = """
        package seeing;

        import io.firn.spi.BrokerPlugin;
        import io.firn.spi.PluginContext;
        import io.firn.spi.dispatch.CommitLogDispatcher;
        import io.firn.spi.dispatch.DispatchBatch;
        import io.firn.spi.dispatch.DispatcherSpec;
        import io.firn.spi.dispatch.Progress;
        import io.firn.spi.dispatch.StartFrom;
        import io.firn.spi.read.FrameCursor;
        import io.firn.spi.topic.TopicSelector;
        import java.io.IOException;
        import java.nio.file.Files;
        import java.nio.file.Path;
        import java.nio.file.StandardOpenOption;

        public final class Plugin implements BrokerPlugin, CommitLogDispatcher {
            private Path seen;
            private int batches;

            @Override
            public void start(PluginContext context) throws IOException {
                seen = context.dataDir().resolve("seen");
                note("R\\n");
                context.register().dispatcher(
                        DispatcherSpec.of("all").withTopics(TopicSelector.named("TOPIC"))
                                .withStart(StartFrom.EARLIEST),
                        this);
            }

            @Override
            public void dispatch(DispatchBatch batch, Progress progress) throws IOException {
                StringBuilder lines = new StringBuilder("B " + batch.from() + " " + batch.to() + "\\n");
                try (FrameCursor frames = batch.frames()) {
                    while (frames.next()) {
                        lines.append("M ").append(frames.frame().position()).append('\\n');
                    }
                }
                note(lines.toString());
                if (++batches % 3 == 0) {
                    note("D " + batch.to() + "\\n");
                    progress.durableUpTo(batch.to());
                }
            }

            private void note(String lines) throws IOException {
                Files.writeString(seen, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
        """;

    private SeeingJar() {}

    /** Compiles the plugin against the SPI of the broker and writes its jar. */
    static void into(Path directory, String topic) throws IOException {
        Path work = Files.createTempDirectory(directory.getParent(), "seeing");
        Path source = Files.createDirectories(work.resolve("seeing")).resolve("Plugin.java");
        Files.writeString(source, SOURCE.replace("TOPIC", topic));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-cp", Peers.firnClassPath(), "-d", work.toString(), "-proc:none");
            boolean done = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!done) {
                throw new IllegalStateException("the plugin does not compile, see above");
            }
        }
        Files.createDirectories(directory);
        try (OutputStream out = Files.newOutputStream(directory.resolve(ID + ".jar"));
                JarOutputStream jar = new JarOutputStream(out, manifest())) {
            jar.putNextEntry(new JarEntry("seeing/Plugin.class"));
            Files.copy(work.resolve("seeing/Plugin.class"), jar);
            jar.closeEntry();
        }
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", ID);
        main.putValue("Plugin-Version", "1.0.0");
        main.putValue("Plugin-Class", "seeing.Plugin");
        main.putValue("Plugin-Requires", ">=1.0.0 & <2.0.0");
        return manifest;
    }
}
