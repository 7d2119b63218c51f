package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.metrics.Counter;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.TopicSelector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Shows readers of some topics no message that has a certain property. Offsets stay as they are. */
public final class ${className} implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        ${className}Settings settings = context.config(${className}Settings.class);
        PropertyName hidden = PropertyName.of(settings.property());
        Counter left = context.metrics().counter("left_out", "Messages left out of what was read.");
        context.register()
                .queueReader(
                        TopicSelector.matching(settings.topics()),
                        (queue, base) -> new WithoutHidden(base, hidden, left));
    }

    /** One queue. Called by many threads at once, which must not wait: it asks the broker's own reader. */
    private record WithoutHidden(QueueReader base, PropertyName hidden, Counter left) implements QueueReader {

        @Override
        public ReadResult read(ReadRequest request) {
            ReadResult result = base.read(request);
            return result instanceof ReadResult.Found found ? without(found) : result;
        }

        private ReadResult without(ReadResult.Found found) {
            List<ByteBuffer> shown = new ArrayList<>();
            FrameView frame = new FrameView();
            for (ByteBuffer buffer : found.frames().buffers()) {
                // a buffer may hold several messages
                for (int at = buffer.position(); at < buffer.limit(); at += frame.totalSize()) {
                    if (frame.wrap(buffer, at).hasProperty(hidden)) {
                        left.increment();
                    } else {
                        shown.add(buffer.slice(at, frame.totalSize()));
                    }
                }
            }
            if (shown.isEmpty()) {
                found.frames().close();
                return new ReadResult.Skipped(found.nextOffset());
            }
            FrameBatch batch = FrameBatch.of(shown, shown.size(), found.frames()::close);
            return new ReadResult.Found(batch, found.nextOffset(), found.fields());
        }

        @Override
        public long minOffset() {
            return base.minOffset();
        }

        @Override
        public long maxOffset() {
            return base.maxOffset();
        }

        @Override
        public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
            return base.offsetByTime(timestampMs, boundary);
        }

        @Override
        public void close() throws IOException {
            // the broker closes the base
        }
    }
}
