package io.firn.testkit.guide;

import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import java.io.IOException;
import java.util.OptionalLong;

/** Example of a queue reader. */
final class QueueReaderExample {

    private QueueReaderExample() {}

    // example
    /** Shows a queue from an offset on: register().queueReader(topics, (queue, base) -> new From(base, 1000)). */
    record From(QueueReader base, long first) implements QueueReader {

        @Override
        public ReadResult read(ReadRequest request) {
            return request.offset() < minOffset() ? new ReadResult.OutOfRange(minOffset()) : base.read(request);
        }

        @Override
        public long minOffset() {
            return Math.clamp(first, base.minOffset(), base.maxOffset());
        }

        // maxOffset, offsetByTime and close as the base has them
        // end

        @Override
        public long maxOffset() {
            return base.maxOffset();
        }

        @Override
        public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
            OptionalLong found = base.offsetByTime(timestampMs, boundary);
            return found.isPresent() ? OptionalLong.of(Math.max(found.getAsLong(), minOffset())) : found;
        }

        @Override
        public void close() throws IOException {
            // the broker closes the base
        }
    }
}
