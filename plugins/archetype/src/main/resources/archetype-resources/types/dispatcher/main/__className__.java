package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.metrics.Counter;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.topic.TopicSelector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes a line for every message of some topics to a file: position, topic, key. Each once, whatever happens. */
public final class ${className} implements BrokerPlugin {

    @Override
    public void start(PluginContext context) throws IOException {
        ${className}Settings settings = context.config(${className}Settings.class);
        Counter lines = context.metrics().counter("lines", "Lines written.");
        DispatcherSpec spec = DispatcherSpec.of("journal")
                .withTopics(TopicSelector.matching(settings.topics()))
                .withStart(StartFrom.EARLIEST);
        context.register().dispatcher(spec, new Journal(context.dataDir().resolve(settings.file()), lines));
    }

    /**
     * The broker shows it the log in order, and after a crash again what it had not called durable: it knows by the
     * position what it has. Called on a thread of its own, which may wait.
     */
    private static final class Journal implements CommitLogDispatcher {

        private final Path file;
        private final Counter lines;
        private long last;

        Journal(Path file, Counter lines) throws IOException {
            this.file = file;
            this.lines = lines;
            keepBelow(Long.MAX_VALUE);
        }

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws IOException {
            StringBuilder text = new StringBuilder();
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    FrameView frame = frames.frame();
                    if (frame.position() > last) {
                        last = frame.position();
                        text.append(last).append(' ').append(frame.topic()).append(' ');
                        text.append(frame.property(PropertyName.KEYS)).append('\n');
                        lines.increment();
                    }
                }
            }
            append(text.toString());
            progress.durableUpTo(batch.to());
        }

        private void append(String text) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
        }

        /** The log was cut: what was there is forgotten, other messages come to its place. */
        @Override
        public void onTruncate(long position) throws IOException {
            keepBelow(position);
        }

        /** Drops lines from a position on, and a last line that a crash has torn. */
        private void keepBelow(long position) throws IOException {
            String text = Files.exists(file) ? Files.readString(file) : "";
            List<String> kept = new ArrayList<>();
            last = -1;
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                long of = Long.parseLong(line.substring(0, line.indexOf(' ')));
                if (of < position) {
                    kept.add(line);
                    last = of;
                }
            }
            Files.write(file, kept);
        }
    }
}
