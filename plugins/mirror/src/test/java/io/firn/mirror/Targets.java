package io.firn.mirror;

import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Clusters that messages are sent to, in memory. */
final class Targets {

    private Targets() {}

    static MirrorConfig config(String target, String name) {
        return new MirrorConfig(
                target,
                "other",
                name,
                List.of("*"),
                List.of(),
                List.of(),
                true,
                StartFrom.EARLIEST,
                Duration.ofSeconds(5),
                LagPolicy.HOLD_CLEANUP,
                ByteSize.ofMebibytes(64),
                false,
                null,
                null);
    }

    /** Keeps positions in the order they came; the first {@code refusals} calls fail after half of their messages. */
    static final class Remembering implements Target {

        final List<Stored> arrived = Collections.synchronizedList(new ArrayList<>());
        private int refusals;

        Remembering refusing(int calls) {
            refusals = calls;
            return this;
        }

        @Override
        public int send(QueueRef queue, List<Stored> messages) {
            if (refusals > 0) {
                refusals--;
                arrived.addAll(messages.subList(0, messages.size() / 2));
                throw new IllegalStateException("the target is away");
            }
            arrived.addAll(messages);
            return messages.size();
        }

        @Override
        public void close(Duration grace) {
            // nothing is open
        }
    }
}
