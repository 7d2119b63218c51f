package io.firn.testkit.sample;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Writes keys of messages to a file of its own, holds the log while told to, and does something every hour. */
public final class Journal implements BrokerPlugin {

    private Path directory = Path.of("");

    @Override
    public void start(PluginContext context) {
        directory = context.dataDir();
        var hours = context.metrics().counter("hours", "Hours seen.");
        context.scheduler().repeat("hourly", Duration.ofHours(1), hours::increment);
        context.register().dispatcher(DispatcherSpec.of("journal"), new Writer(directory.resolve("keys")));
        Path hold = directory.resolve("hold");
        context.register().segmentCleanup(new SegmentCleanupHook() {
            @Override
            public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
                return Files.exists(hold)
                        ? Hold.until(context.clock().instant().plusSeconds(1), "the file hold is there")
                        : Hold.NONE;
            }
        });
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) throws IOException {
        Files.writeString(directory.resolve("stopped"), reason.name());
        return StopReport.clean();
    }

    private record Writer(Path file) implements CommitLogDispatcher {

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws IOException {
            StringBuilder lines = new StringBuilder();
            var frames = batch.frames();
            while (frames.next()) {
                FrameView frame = frames.frame();
                lines.append(frame.position()).append('\n');
            }
            Files.writeString(
                    file,
                    lines,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
            progress.durableUpTo(batch.to());
        }
    }
}
